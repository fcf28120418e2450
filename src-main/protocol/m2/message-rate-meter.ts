/** Messages a second, as the TcpClient of M2 counts them: floor(count / seconds) over windows of at least 2 s. */
export class MessageRateMeter {
  /** The rate of the last window that ended, or null before the first one did. */
  get messagesPerSecond(): number | null {
    return null
  }
  /** Counts messages received at `nowMs`. Gives the rate when this ended a window, else null. */
  count(_messages: number, _nowMs: number): number | null {
    throw new Error('not built yet')
  }
}
