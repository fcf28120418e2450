/**
 * Where received bytes go without a copy. The socket adapter asks for room, lets the system read into it, and
 * commits what arrived. One sink per connection; owned by the capture.
 */
export interface ReceiveSink {
  /**
   * Room for the next read: always a non-empty region, at most `maximumBytes` long. A region that was handed out
   * and not committed is handed out again, more or less of it when asked for so.
   */
  reserve(maximumBytes?: number): Uint8Array
  /** The first `byteCount` bytes of the reserved region arrived now. False: stop reading until `onWritable`. */
  commit(byteCount: number): boolean
  /** The same for bytes that the system delivered in a buffer of its own, which the sink may keep. */
  append(bytes: Uint8Array): boolean
  /** Set by the reader: called when reading may go on after `commit` or `append` returned false. */
  onWritable: (() => void) | null
  /** The connection is closed and nothing is read into the reserved region any more: gives the memory back. */
  close(): void
}
