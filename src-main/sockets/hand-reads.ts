import type { ReceiveSink } from '../engine/ports.ts'

/** One read that was asked for. */
export interface ReadWish {
  readonly maximumBytes: number
  /** False: looks once, now. */
  readonly waits: boolean
}

/** Reads of a connection one by one, as they are asked for, while reading by itself is held. */
export interface HandReads {
  readonly wish: ReadWish | null
  /** The end was met and not told. */
  readonly keepsEnd: boolean
  /** In place of what was asked for before, if that still waits. */
  ask(wish: ReadWish): void
  /** The read is done, or taken back. */
  forget(): void
  /** Begins the read that was asked for. Not to be called from within a read. */
  begin(sink: ReceiveSink): void
  /** Memory for the next read. */
  room(sink: ReceiveSink): Uint8Array
  /** So many bytes arrived in that memory, or in what was set before. False: the disk is behind. */
  arrived(byteCount: number, memory: Uint8Array, sink: ReceiveSink): boolean
  /** The end of the stream was met. False: it is not to be told yet, since what was kept has not been read. */
  ended(): boolean
  /** What was taken from the socket and never asked for; it is not kept any longer. */
  takeKept(): readonly Uint8Array[]
}

/** What single reads tell their owner besides. */
export interface HandReadEvents {
  /** A read that does not wait found nothing. */
  onNothing(): void
  /** A read is answered with bytes that were kept. */
  onKept(bytes: Uint8Array): void
  /** A read has met the end that was not told when it came. */
  onEnd(): void
}
