import type { ErrorShape } from '../../../contract/errors.ts'

/** Whom a collector tells, in the order of the stream. */
export interface MessageSink {
  /**
   * A whole message. `content` may be part of what was received and is only valid during the call. `contentOffset` is where it begins in
   * the stream, `frameOffset` and `frameBytes` enclose it with its header and its end.
   */
  message(content: Uint8Array, contentOffset: number, frameOffset: number, frameBytes: number): void
  /** Bytes that are no message; what follows is read. */
  skipped(error: ErrorShape, offset: number, byteCount: number): void
  /** Nothing after `offset` can be read any more. Told once. */
  unreadable(error: ErrorShape, offset: number, byteCount: number): void
}

/** Cuts what a peer sends into messages. However the stream is split, what it tells is the same. */
export interface MessageCollector {
  accept(bytes: Uint8Array, streamOffset: number, sink: MessageSink): void
  /** What has come of a message that is not whole, or null between messages. */
  readonly unfinished: UnfinishedMessage | null
}

export interface UnfinishedMessage {
  readonly offset: number
  readonly receivedBytes: number
  /** How many are missing at least; null when nothing tells. */
  readonly missingBytes: number | null
  /** False while even its length is not whole. */
  readonly isLengthKnown: boolean
}
