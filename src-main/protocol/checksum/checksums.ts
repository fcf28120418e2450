import { createCrc, crcVariants } from './crc.ts'
import { adler32, fletcher16, fletcher32, internetChecksum, sum8, xor8 } from './sums.ts'

/** A way to compute a check value. */
export interface Checksum {
  /** Unique; shown to people and written into files. */
  readonly name: string
  readonly widthBits: 8 | 16 | 32
  /** The check value of the bytes, unsigned. */
  readonly compute: (bytes: Uint8Array) => number
}

/** Every checksum there is, in the order in which people are offered them. */
export const checksums: readonly Checksum[] = [
  ...crcVariants.map((parameters) => ({
    name: parameters.name,
    widthBits: parameters.widthBits,
    compute: createCrc(parameters),
  })),
  { name: 'sum8', widthBits: 8, compute: sum8 },
  { name: 'xor8', widthBits: 8, compute: xor8 },
  { name: 'Adler-32', widthBits: 32, compute: adler32 },
  { name: 'Fletcher-16', widthBits: 16, compute: fletcher16 },
  { name: 'Fletcher-32', widthBits: 32, compute: fletcher32 },
  { name: 'Internet', widthBits: 16, compute: internetChecksum },
]

/** The checksum of that name, upper or lower case; undefined when there is none. */
export function findChecksum(name: string): Checksum | undefined {
  return checksums.find((checksum) => checksum.name.toLowerCase() === name.toLowerCase())
}

/** A check value as the bytes that go on the wire. */
export function checksumBytes(value: number, widthBits: 8 | 16 | 32, byteOrder: 'big' | 'little'): Uint8Array {
  const bytes = Uint8Array.from({ length: widthBits / 8 }, (_, index) => (value >>> (8 * index)) & 0xff)
  return byteOrder === 'little' ? bytes : bytes.reverse()
}
