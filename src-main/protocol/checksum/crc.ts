import { reflectedTables } from './reflected-tables.ts'
import type { RunningChecksum } from './running-checksum.ts'

/**
 * Cyclic redundancy checks of 8, 16 and 32 bits in the parameters of Williams' "A Painless Guide to CRC" (the model of
 * the RevEng catalogue): width, polynomial, initial value, reflection and final exclusive-or.
 */
export interface CrcParameters {
  /** Name of the RevEng catalogue, for example `CRC-16/MODBUS`. */
  readonly name: string
  readonly widthBits: 8 | 16 | 32
  /** Normal (not reflected) form without the top bit. */
  readonly polynomial: number
  readonly initial: number
  /** Bits of every byte and of the result are taken lowest first. */
  readonly reflected: boolean
  readonly finalXor: number
}

/** A function that begins a check, to be fed any pieces of the bytes. The tables are built once, with the first. */
export function createCrc(parameters: CrcParameters): () => RunningChecksum {
  let tables: Int32Array | null = null
  return parameters.reflected
    ? () =>
        new ReflectedCrc(
          parameters,
          (tables ??= reflectedTables(reverseBits(parameters.polynomial, parameters.widthBits))),
        )
    : () => new StraightCrc(parameters, (tables ??= straightTables(parameters)))
}

class ReflectedCrc implements RunningChecksum {
  readonly #tables: Int32Array
  readonly #finalXor: number
  #sum: number

  constructor({ widthBits, initial, finalXor }: CrcParameters, tables: Int32Array) {
    this.#tables = tables
    this.#finalXor = finalXor
    this.#sum = reverseBits(initial, widthBits)
  }

  get value(): number {
    return (this.#sum ^ this.#finalXor) >>> 0
  }

  add(bytes: Uint8Array): void {
    const tables = this.#tables
    const end = bytes.length
    let sum = this.#sum
    let at = 0
    for (; at + 4 <= end; at += 4) {
      sum ^=
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
      sum =
        (tables[768 + (sum & 0xff)] ?? 0) ^
        (tables[512 + ((sum >>> 8) & 0xff)] ?? 0) ^
        (tables[256 + ((sum >>> 16) & 0xff)] ?? 0) ^
        (tables[sum >>> 24] ?? 0)
    }
    for (; at < end; at++) sum = (sum >>> 8) ^ (tables[(sum ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
    this.#sum = sum
  }
}

/** Works in the top bits of 32 whatever the width, so that one loop serves all. */
function straightTables({ widthBits, polynomial }: CrcParameters): Int32Array {
  const aligned = polynomial << (32 - widthBits)
  const tables = new Int32Array(1024)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte << 24
    for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ aligned : value << 1
    tables[byte] = value
  }
  for (let at = 256; at < 1024; at++) {
    const previous = tables[at - 256] ?? 0
    tables[at] = (previous << 8) ^ (tables[previous >>> 24] ?? 0)
  }
  return tables
}

class StraightCrc implements RunningChecksum {
  readonly #tables: Int32Array
  readonly #finalXor: number
  readonly #shift: number
  #sum: number

  constructor({ widthBits, initial, finalXor }: CrcParameters, tables: Int32Array) {
    this.#tables = tables
    this.#finalXor = finalXor
    this.#shift = 32 - widthBits
    this.#sum = initial << this.#shift
  }

  get value(): number {
    return ((this.#sum >>> this.#shift) ^ this.#finalXor) >>> 0
  }

  add(bytes: Uint8Array): void {
    const tables = this.#tables
    const end = bytes.length
    let sum = this.#sum
    let at = 0
    for (; at + 4 <= end; at += 4) {
      sum ^=
        ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
      sum =
        (tables[768 + (sum >>> 24)] ?? 0) ^
        (tables[512 + ((sum >>> 16) & 0xff)] ?? 0) ^
        (tables[256 + ((sum >>> 8) & 0xff)] ?? 0) ^
        (tables[sum & 0xff] ?? 0)
    }
    for (; at < end; at++) sum = (sum << 8) ^ (tables[((sum >>> 24) ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
    this.#sum = sum
  }
}

function reverseBits(value: number, widthBits: number): number {
  let reversed = 0
  for (let bit = 0; bit < widthBits; bit++) if ((value >>> bit) & 1) reversed |= 1 << (widthBits - 1 - bit)
  return reversed >>> 0
}
