import type { Socket } from 'node:net'
import type { ReceiveSink } from '../engine/ports.ts'
import type { HandReads, ReadWish } from './hand-reads.ts'
import { ReadsOfTls } from './reads-of-tls.ts'
import { ReadsOnDemand } from './reads-on-demand.ts'
import { readInto, setReadMemory, type ReadInto } from './socket-handle.ts'

/** Room for the first read alone: Node wants a buffer before there is a connection, thus before there is a sink. */
const firstReadBytes = 16 * 1024

export interface IncomingEvents {
  /** Bytes are about to be handed over. */
  onArrival(): void
  /** The disk is behind: nothing is read. */
  onPaused(): void
  onResumed(): void
  /** A read that does not wait found nothing. */
  onNothing(): void
  /** The end is met that `ended` answered false for. */
  onEnd(): void
}

/** What a connection receives: from the socket straight into the memory of the sink, by itself or read by read. */
export class Incoming {
  readonly #events: IncomingEvents
  readonly #readSizeBytes: number | undefined
  /** Empty once the first read has been handed over: the sink keeps it. */
  #firstRead: Uint8Array
  /** What the next read goes into, unless a read by hand has chosen for itself. */
  #memory: Uint8Array
  #socket: Socket
  #isTls = false
  /** Reading may be begun and paused: the connection is open, and no handshake is at work. */
  #isLive = false
  #sink: ReceiveSink | null = null
  /** Not null while reading is held. */
  #reads: HandReads | null = null
  #isPaused = false
  #isReceiving = false
  #isDraining = false
  #hasEnded = false
  #receivedBytes = 0
  #whenWritable: (() => void) | null = null

  /** `makeSocket` makes the socket that is read, with `onread`. */
  constructor(readSizeBytes: number | null, makeSocket: (onread: ReadInto) => Socket, events: IncomingEvents) {
    this.#events = events
    this.#readSizeBytes = readSizeBytes ?? undefined
    this.#firstRead = new Uint8Array(Math.min(firstReadBytes, readSizeBytes ?? firstReadBytes))
    this.#memory = this.#firstRead
    this.#socket = makeSocket({ buffer: () => this.#room(), callback: (byteCount) => this.#received(byteCount) })
  }

  get socket(): Socket {
    return this.#socket
  }

  /** Nobody reads by itself: reading is held, or the disk is behind. */
  get isHalted(): boolean {
    return this.#reads !== null || this.#isPaused
  }

  /** The connection is open. Reading goes on at once, or with `startsTls` when the handshake is done. */
  open(sink: ReceiveSink, startsTls: boolean): void {
    this.#sink = sink
    sink.onWritable = () => this.#writable()
    this.#isLive = !startsTls
    if (this.#reads === null || startsTls) return
    // Node begins to read behind the event of the connection, unless it is paused.
    this.#socket.pause()
    this.#readOn()
  }

  /** A handshake begins: from here on TLS reads what the plain socket has read, and this reads TLS. */
  overTls(socket: Socket): void {
    this.#socket = socket
    this.#isTls = true
    this.#isLive = false
    this.#firstRead = new Uint8Array(0)
    if (this.#reads !== null) this.#reads = this.#newReads(this.#reads.wish)
    readInto(socket, { buffer: () => this.#room(), callback: (byteCount) => this.#received(byteCount) })
  }

  /** The handshake is done. */
  secured(): void {
    this.#isLive = true
    if (this.#reads === null) return
    this.#socket.pause()
    this.#readOn()
  }

  hold(held: boolean): void {
    if (held === (this.#reads !== null)) return
    if (held) {
      this.#reads = this.#newReads(null)
      if (this.#isLive && !this.#isDraining) this.#socket.pause()
      return
    }
    const reads = this.#reads
    this.#reads = null
    reads?.forget()
    for (const bytes of reads?.takeKept() ?? []) this.#append(bytes)
    if (!this.#isLive) return
    // The memory that is set has the size of the last read by hand.
    if (this.#readSizeBytes !== undefined && this.#firstRead.length === 0) setReadMemory(this.#socket, this.#room())
    if (reads?.keepsEnd === true) this.#endNow()
    else if (!this.#isPaused) this.#socket.resume()
  }

  readOnce(wish: ReadWish): void {
    if (this.#reads === null) throw new TypeError('Reading is not held')
    this.#reads.ask(wish)
    this.#readOn()
  }

  cancelRead(): void {
    if (this.#reads === null) return
    this.#reads.forget()
    if (this.#isLive && !this.#isReceiving && !this.#isDraining) this.#socket.pause()
  }

  /** Reads everything that is there now, also while reading is held, and calls back when there is nothing more. */
  drain(then: () => void): void {
    this.#isDraining = true
    if (this.#isPaused) {
      this.#whenWritable = () => this.drain(then)
      return
    }
    const before = this.#receivedBytes
    this.#socket.resume()
    // The immediates of this turn come before the next poll phase, so two of them enclose a whole one.
    setImmediate(() =>
      setImmediate(() => {
        if (!this.#isLive) return
        if (this.#isPaused || this.#receivedBytes !== before) this.drain(then)
        else {
          this.#isDraining = false
          then()
        }
      }),
    )
  }

  /** The socket met the end of the stream. False: it is told by `onEnd`, when a read by hand gets there. */
  ended(): boolean {
    this.#hasEnded = this.#reads === null || this.#isDraining || this.#reads.ended()
    return this.#hasEnded
  }

  /** The connection is over: what was received and nobody has asked for goes to the sink, and the end is told. */
  giveUp(): void {
    this.#appendKept()
    if (this.#reads?.keepsEnd === true && !this.#hasEnded) this.#endNow()
    this.stop()
  }

  /** Nothing is read any more. What was taken from the socket before is the sink's: the peer knows that it arrived. */
  stop(): void {
    this.#isLive = false
    this.#reads?.forget()
    this.#appendKept()
  }

  close(): void {
    this.stop()
    if (this.#sink === null) return
    this.#sink.onWritable = null
    this.#sink.close()
    this.#sink = null
  }

  #newReads(wish: ReadWish | null): HandReads {
    const onNothing = (): void => this.#events.onNothing()
    const onKept = (bytes: Uint8Array): void => this.#append(bytes)
    const onEnd = (): void => this.#endNow()
    const reads = this.#isTls
      ? new ReadsOfTls(this.#socket, { onNothing, onKept, onEnd })
      : new ReadsOnDemand(this.#socket, { onNothing })
    if (wish !== null) reads.ask(wish)
    return reads
  }

  #endNow(): void {
    this.#hasEnded = true
    this.#events.onEnd()
  }

  #writable(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#events.onResumed()
    const next = this.#whenWritable
    this.#whenWritable = null
    if (next !== null) next()
    else if (this.#reads !== null) this.#readOn()
    else if (this.#isLive) this.#socket.resume()
  }

  /** Begins the read that was asked for, unless one is under way, whose end looks after it, or the disk is behind. */
  #readOn(): void {
    if (this.#sink === null || !this.#isLive || this.#hasEnded) return
    if (this.#isPaused || this.#isReceiving || this.#isDraining) return
    if (this.#reads === null || this.#reads.wish === null) return
    // What was meant for a first read that nobody holds back is not used: the sink has the memory of this one.
    this.#firstRead = new Uint8Array(0)
    this.#reads.begin(this.#sink)
  }

  /** Called by Node when the socket is made and after each read. */
  #room(): Uint8Array {
    this.#memory = this.#newMemory()
    return this.#memory
  }

  #newMemory(): Uint8Array {
    if (this.#sink === null) return this.#firstRead
    if (this.#reads === null || this.#isDraining) return this.#sink.reserve(this.#readSizeBytes)
    return this.#reads.room(this.#sink)
  }

  #received(byteCount: number): boolean {
    const sink = this.#sink
    if (sink === null) return false
    this.#events.onArrival()
    this.#receivedBytes += byteCount
    this.#isReceiving = true
    const goesOn = this.#handOver(byteCount, sink)
    this.#isReceiving = false
    this.#pauseUnless(goesOn)
    if (this.#isPaused) return false
    return this.#reads === null || this.#isDraining || this.#reads.wish !== null
  }

  #handOver(byteCount: number, sink: ReceiveSink): boolean {
    if (this.#firstRead.length > 0) {
      // Whoever sees the bytes may ask for the next read at once.
      this.#reads?.forget()
      const bytes = this.#firstRead.subarray(0, byteCount)
      this.#firstRead = new Uint8Array(0)
      return sink.append(bytes)
    }
    if (this.#reads !== null && !this.#isDraining) return this.#reads.arrived(byteCount, this.#memory, sink)
    this.#reads?.forget()
    return sink.commit(byteCount)
  }

  #appendKept(): void {
    for (const bytes of this.#reads?.takeKept() ?? []) this.#append(bytes)
  }

  /** Hands over what has memory of its own. */
  #append(bytes: Uint8Array): void {
    const isWithin = this.#isReceiving
    this.#isReceiving = true
    this.#pauseUnless(this.#sink?.append(bytes) ?? true)
    this.#isReceiving = isWithin
    if (!isWithin) this.#readOn()
  }

  #pauseUnless(goesOn: boolean): void {
    if (goesOn || this.#isPaused) return
    this.#isPaused = true
    this.#events.onPaused()
  }
}
