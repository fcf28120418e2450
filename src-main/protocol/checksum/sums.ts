import type { RunningChecksum } from './running-checksum.ts'

/** Sum of all bytes modulo a power of two, up to 2^32. */
export class ByteSum implements RunningChecksum {
  readonly #mask: number
  #sum = 0

  constructor(widthBits: 8 | 16 | 32) {
    this.#mask = widthBits === 32 ? -1 : 2 ** widthBits - 1
  }

  get value(): number {
    return (this.#sum & this.#mask) >>> 0
  }

  add(bytes: Uint8Array): void {
    let sum = this.#sum
    let at = 0
    while (at < bytes.length) sum = (sum + (bytes[at++] ?? 0)) | 0
    this.#sum = sum
  }
}

/** The two's complement of the sum of all bytes: added to them it gives 0 (the LRC of Modbus ASCII, of Intel HEX lines). */
export class NegatedByteSum implements RunningChecksum {
  readonly #sum = new ByteSum(8)

  get value(): number {
    return -this.#sum.value & 0xff
  }

  add(bytes: Uint8Array): void {
    this.#sum.add(bytes)
  }
}

/** All bytes exclusive-ored together (the longitudinal redundancy check of many serial protocols). */
export class ByteXor implements RunningChecksum {
  value = 0

  add(bytes: Uint8Array): void {
    let value = this.value
    let at = 0
    while (at < bytes.length) value ^= bytes[at++] ?? 0
    this.value = value
  }
}

/** The largest number of bytes after which both sums still fit 32 bits (from zlib). */
const adlerBlockBytes = 5552

/** Adler-32 of RFC 1950. */
export class Adler32 implements RunningChecksum {
  #low = 1
  #high = 0

  get value(): number {
    return ((this.#high << 16) | this.#low) >>> 0
  }

  add(bytes: Uint8Array): void {
    let low = this.#low
    let high = this.#high
    let index = 0
    while (index < bytes.length) {
      const blockEnd = Math.min(index + adlerBlockBytes, bytes.length)
      for (; index < blockEnd; index++) {
        low += bytes[index] ?? 0
        high += low
      }
      low %= 65521
      high %= 65521
    }
    this.#low = low
    this.#high = high
  }
}

/**
 * Fletcher-16: two sums of bytes modulo 255, the second one above the first.
 * Source: J. G. Fletcher, "An Arithmetic Checksum for Serial Transmissions", 1982.
 */
export class Fletcher16 implements RunningChecksum {
  #low = 0
  #high = 0

  get value(): number {
    return (this.#high << 8) | this.#low
  }

  add(bytes: Uint8Array): void {
    let low = this.#low
    let high = this.#high
    let at = 0
    while (at < bytes.length) {
      low += bytes[at++] ?? 0
      if (low >= 255) low -= 255
      high += low
      if (high >= 255) high -= 255
    }
    this.#low = low
    this.#high = high
  }
}

/** Takes bytes in pairs, whatever the pieces they come in. */
abstract class PairSum implements RunningChecksum {
  /** The first byte of a pair whose second did not come yet; -1 when there is none. */
  protected odd = -1

  abstract readonly value: number
  protected abstract addPair(first: number, second: number): void

  add(bytes: Uint8Array): void {
    let at = 0
    if (this.odd >= 0 && bytes.length > 0) {
      this.addPair(this.odd, bytes[0] ?? 0)
      this.odd = -1
      at = 1
    }
    for (; at + 2 <= bytes.length; at += 2) this.addPair(bytes[at] ?? 0, bytes[at + 1] ?? 0)
    if (at < bytes.length) this.odd = bytes[at] ?? 0
  }
}

/** Fletcher-32: the same over little-endian 16-bit words modulo 65535; an odd last byte is the low half of a word. */
export class Fletcher32 extends PairSum {
  #low = 0
  #high = 0

  get value(): number {
    const low = this.odd < 0 ? this.#low : (this.#low + this.odd) % 65535
    const high = this.odd < 0 ? this.#high : (this.#high + low) % 65535
    return ((high << 16) | low) >>> 0
  }

  protected addPair(first: number, second: number): void {
    this.#low = (this.#low + first + (second << 8)) % 65535
    this.#high = (this.#high + this.#low) % 65535
  }
}

/** The internet checksum of RFC 1071: complement of the one's complement sum of big-endian 16-bit words. */
export class InternetChecksum extends PairSum {
  #sum = 0

  get value(): number {
    return ~folded(this.#sum + (this.odd < 0 ? 0 : this.odd << 8)) & 0xffff
  }

  protected addPair(first: number, second: number): void {
    this.#sum = folded(this.#sum + ((first << 8) | second))
  }
}

/** Brings the carry of a sum of two 16-bit numbers around. */
function folded(sum: number): number {
  return sum > 0xffff ? (sum & 0xffff) + 1 : sum
}
