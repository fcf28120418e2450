const twoTo32 = 0x1_0000_0000

/** Times of a file: 64 bits of nanoseconds since 1970, in two halves because numbers hold 53. */
export class PcapngClock {
  high = 0
  low = 0
  readonly #startHigh: number
  readonly #startLow: number

  /** `startedAtUnixUs`: when times are counted from, in microseconds since 1970. */
  constructor(startedAtUnixUs: number) {
    const startedAtUnixNs = BigInt(Math.floor(startedAtUnixUs)) * 1000n
    this.#startHigh = Number(startedAtUnixNs >> 32n)
    this.#startLow = Number(startedAtUnixNs & 0xffff_ffffn)
  }

  /** Sets both halves to a time in nanoseconds since the start. */
  set(timeNs: number): void {
    const low = this.#startLow + (timeNs % twoTo32)
    const carry = low >= twoTo32 ? 1 : 0
    this.low = low - carry * twoTo32
    this.high = this.#startHigh + Math.floor(timeNs / twoTo32) + carry
  }
}
