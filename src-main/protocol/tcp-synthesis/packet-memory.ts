const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Memory that packets are made in, seen as bytes and as numbers in the order of this machine. */
export class PacketMemory {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly #halves: Uint16Array
  readonly #words: Uint32Array

  /** `byteCount` is a multiple of 4. */
  constructor(byteCount: number) {
    const buffer = new ArrayBuffer(byteCount)
    this.bytes = new Uint8Array(buffer)
    this.#halves = new Uint16Array(buffer)
    this.#words = new Uint32Array(buffer)
  }

  /** Writes 16 bits in network order; `at` is even. */
  writeHalf(at: number, value: number): void {
    this.bytes[at] = value >>> 8
    this.bytes[at + 1] = value
  }

  /** Writes 32 bits in network order. */
  writeWord(at: number, value: number): void {
    const { bytes } = this
    bytes[at] = value >>> 24
    bytes[at + 1] = value >>> 16
    bytes[at + 2] = value >>> 8
    bytes[at + 3] = value
  }

  /**
   * Adds up the words of `[start, end)`, both multiples of 4, as this machine reads them. The Internet checksum does not
   * depend on the order of bytes (RFC 1071 section 2 B), so they need not be turned. Exact below 8 MiB.
   */
  sum(start: number, end: number): number {
    const words = this.#words
    // Four sums at a time: none waits for the one before.
    let one = 0
    let two = 0
    let three = 0
    let four = 0
    let at = start >>> 2
    const last = end >>> 2
    for (; at + 4 <= last; at += 4) {
      one += words[at] ?? 0
      two += words[at + 1] ?? 0
      three += words[at + 2] ?? 0
      four += words[at + 3] ?? 0
    }
    for (; at < last; at++) one += words[at] ?? 0
    return one + two + three + four
  }

  /** Puts the checksum of a sum at `at`, which is even. */
  writeChecksum(at: number, sum: number): void {
    this.#halves[at >>> 1] = ~foldSum(sum)
  }
}

/** A number of 16 bits as it counts in a sum of this machine's words. */
export function halfInSum(value: number): number {
  return isLittleEndian ? ((value & 0xff) << 8) | (value >>> 8) : value
}

/** The 16 bits that a sum of 32-bit words comes to in ones' complement (RFC 1071). */
function foldSum(sum: number): number {
  const low = sum >>> 0
  const high = Math.floor(sum / 0x1_0000_0000)
  let folded = (low & 0xffff) + (low >>> 16) + (high & 0xffff) + (high >>> 16)
  folded = (folded & 0xffff) + (folded >>> 16)
  return (folded & 0xffff) + (folded >>> 16)
}
