/** Where the capture gets its time from; tests put in one that they move by hand. */
export interface Clock {
  /** Nanoseconds on a monotonic clock with an arbitrary zero. */
  monotonicNs(): number
  /** Unix time in microseconds. */
  unixMicroseconds(): number
  /** Calls back once after `delayMs`; the returned function cancels. */
  wakeAfter(delayMs: number, callback: () => void): () => void
}
