import { createCrc } from './crc.ts'
import { crcVariants } from './crc-catalogue.ts'
import type { RunningChecksum } from './running-checksum.ts'
import { Adler32, ByteSum, ByteXor, Fletcher16, Fletcher32, InternetChecksum, NegatedByteSum } from './sums.ts'

/** A way to compute a check value. */
export interface Checksum {
  /** Unique; shown to people and written into files. */
  readonly name: string
  readonly widthBits: 8 | 16 | 32
  /** Begins a check over bytes that come in pieces. */
  readonly begin: () => RunningChecksum
  /** The check value of the bytes, unsigned. */
  readonly compute: (bytes: Uint8Array) => number
}

/** Every checksum there is, in the order in which people are offered them. */
export const checksums: readonly Checksum[] = [
  ...crcVariants.map((parameters) => checksum(parameters.name, parameters.widthBits, createCrc(parameters))),
  checksum('sum8', 8, () => new ByteSum(8)),
  checksum('sum16', 16, () => new ByteSum(16)),
  checksum('sum32', 32, () => new ByteSum(32)),
  checksum('negated sum8', 8, () => new NegatedByteSum()),
  checksum('xor8', 8, () => new ByteXor()),
  checksum('Adler-32', 32, () => new Adler32()),
  checksum('Fletcher-16', 16, () => new Fletcher16()),
  checksum('Fletcher-32', 32, () => new Fletcher32()),
  checksum('Internet', 16, () => new InternetChecksum()),
]

function checksum(name: string, widthBits: Checksum['widthBits'], begin: Checksum['begin']): Checksum {
  const compute = (bytes: Uint8Array): number => {
    const running = begin()
    running.add(bytes)
    return running.value
  }
  return { name, widthBits, begin, compute }
}

/** The checksum of that name, upper or lower case; undefined when there is none. */
export function findChecksum(name: string): Checksum | undefined {
  return checksums.find((checksum) => checksum.name.toLowerCase() === name.toLowerCase())
}

/** A check value as the bytes that go on the wire. */
export function checksumBytes(value: number, widthBits: 8 | 16 | 32, byteOrder: 'big' | 'little'): Uint8Array {
  const bytes = Uint8Array.from({ length: widthBits / 8 }, (_, index) => (value >>> (8 * index)) & 0xff)
  return byteOrder === 'little' ? bytes : bytes.reverse()
}
