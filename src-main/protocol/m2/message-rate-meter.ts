/** A window is at least this long. */
const windowMs = 2000

/**
 * Messages a second, as the TcpClient of M2 counts them (seed-systems 3.5): floor(count / seconds) over windows that end
 * with the first message at least 2 s after they began. The first window begins with the meter.
 */
export class MessageRateMeter {
  #windowStartMs: number
  #count = 0
  #messagesPerSecond: number | null = null

  /** Times are milliseconds of any clock that does not go back. */
  constructor(nowMs: number) {
    this.#windowStartMs = nowMs
  }

  /** The rate of the last window that ended, or null before the first one did. */
  get messagesPerSecond(): number | null {
    return this.#messagesPerSecond
  }

  /** Counts messages received at `nowMs`. Gives the rate when this ended a window, else null. */
  count(messages: number, nowMs: number): number | null {
    this.#count += messages
    const elapsedMs = nowMs - this.#windowStartMs
    if (elapsedMs < windowMs) return null
    this.#messagesPerSecond = Math.floor((this.#count * 1000) / elapsedMs)
    this.#count = 0
    this.#windowStartMs = nowMs
    return this.#messagesPerSecond
  }
}
