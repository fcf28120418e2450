import { describeError, WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { SocketDetails } from '../contract/schemas/session.ts'
import type {
  Dialer,
  DialOptions,
  ReceiveSink,
  ResolvedAddress,
  StreamHandle,
  StreamHandlers,
} from '../engine/ports.ts'
import { ReadingOnSocket } from './reading-on-socket.ts'
import { ReadsOnDemand } from './reads-on-demand.ts'
import { describeConnectionError, describeDialError } from './socket-errors.ts'

/** Room for the first read alone: Node wants a buffer before there is a connection, thus before there is a sink. */
const firstReadBytes = 16 * 1024

/** Dials TCP with `node:net`, receiving straight into the sink's memory. */
export class NodeDialer implements Dialer {
  dial(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ): StreamHandle {
    return new NodeStream(remote, options, sink, handlers)
  }
}

class NodeStream implements StreamHandle {
  readonly #handlers: StreamHandlers
  readonly #socket: ReadingOnSocket
  /** Empty once the first read has been handed over: the sink keeps it. */
  #firstRead = new Uint8Array(firstReadBytes)
  #sink: ReceiveSink | null = null
  #connected = false
  #receivePaused = false
  /** Not null while reading is held. */
  #reads: ReadsOnDemand | null = null
  #isReceiving = false
  #acceptedBytes = 0
  #endRequested = false
  #peerEnded = false
  /** The peer takes no more; what it sent before is still being read. */
  #writeFailure: ErrorShape | null = null
  #destroyed = false

  constructor(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ) {
    this.#handlers = handlers
    this.#socket = new ReadingOnSocket(
      {
        allowHalfOpen: true,
        onread: { buffer: () => this.#room(), callback: (byteCount) => this.#received(byteCount) },
      },
      (error) => this.#writingFailed(error),
    )
    this.#socket
      .on('connect', () => {
        this.#connected = true
        handlers.onConnected(addressOf(this.#socket, 'local'), addressOf(this.#socket, 'remote'))
        if (!this.#destroyed) this.#open(sink())
        // Node begins to read after this event, unless it is paused.
        if (this.#reads !== null) this.#socket.pause()
      })
      .on('end', () => this.#ended())
      .on('error', (error) => {
        if (this.#connected) handlers.onFailed(this.#writeFailure ?? describeConnectionError(error))
        else handlers.onFailed(describeDialError(error, remote))
      })
      .on('close', () => this.#closed())
    this.#socket.connect({
      host: remote.address,
      port: remote.port,
      noDelay: options.noDelay,
      keepAlive: options.keepAliveDelayMs !== null,
      keepAliveInitialDelay: options.keepAliveDelayMs ?? 0,
    })
  }

  write(bytes: Uint8Array): void {
    const length = bytes.length
    this.#socket.write(bytes, (error) => {
      // After `destroy` Node calls back for writes the system never took: those were counted there.
      if ((error === undefined || error === null) && !this.#destroyed) this.#accepted(length)
    })
  }

  endSending(): void {
    this.#endRequested = true
    this.#socket.end()
  }

  holdReading(held: boolean): void {
    if (held === (this.#reads !== null)) return
    this.#reads?.forget()
    this.#reads = held ? new ReadsOnDemand(this.#socket, () => this.#handlers.onNothingToRead()) : null
    if (!this.#connected || this.#destroyed) return
    if (held) this.#socket.pause()
    else if (!this.#receivePaused) this.#socket.resume()
  }

  readOnce(maximumBytes: number, waits: boolean): void {
    if (this.#reads === null) throw new TypeError('Reading is not held')
    this.#reads.ask(maximumBytes, waits)
    this.#readOn()
  }

  cancelRead(): void {
    if (this.#reads === null) return
    this.#reads.forget()
    if (this.#connected && !this.#isReceiving) this.#socket.pause()
  }

  startTls(): void {
    throw new WirebenchError('capability-missing', { capability: 'TLS' })
  }

  details(): Promise<SocketDetails> {
    return Promise.reject(new WirebenchError('capability-missing', { capability: 'socket details' }))
  }

  destroy(reset: boolean): void {
    if (this.#destroyed) return
    this.#acceptPartial()
    this.#destroyed = true
    const socket = this.#socket
    if (!reset || !this.#connected || this.#writeFailure !== null) {
      socket.destroy()
    } else if (this.#endRequested && !socket.writableFinished && socket.writableLength === 0) {
      // libuv refuses a reset while the FIN is on its way out, which takes one turn of its loop.
      socket.once('finish', () => socket.resetAndDestroy())
    } else {
      socket.resetAndDestroy()
    }
  }

  #open(sink: ReceiveSink): void {
    this.#sink = sink
    sink.onWritable = () => {
      if (!this.#receivePaused) return
      this.#receivePaused = false
      this.#handlers.onReceiveResumed()
      if (this.#reads === null) this.#socket.resume()
      else this.#readOn()
    }
  }

  /** Begins the read that was asked for, unless one is under way, whose end looks after it, or the disk is behind. */
  #readOn(): void {
    if (this.#sink === null || this.#destroyed || this.#receivePaused || this.#isReceiving) return
    if (this.#peerEnded) return
    // What was meant for a first read that nobody holds back is not used: the sink has the memory of this one.
    this.#firstRead = new Uint8Array(0)
    this.#reads?.begin(this.#sink)
  }

  /** Called by Node when the socket is made and after each read. */
  #room(): Uint8Array {
    if (this.#sink === null) return this.#firstRead
    return this.#reads === null ? this.#sink.reserve() : this.#reads.room(this.#sink)
  }

  #received(byteCount: number): boolean {
    const sink = this.#sink
    if (sink === null) return false
    // Whoever sees the bytes may ask for the next read at once.
    this.#reads?.forget()
    this.#isReceiving = true
    let goesOn: boolean
    if (this.#firstRead.length === 0) {
      goesOn = sink.commit(byteCount)
    } else {
      goesOn = sink.append(this.#firstRead.subarray(0, byteCount))
      this.#firstRead = new Uint8Array(0)
    }
    this.#isReceiving = false
    if (!goesOn) {
      this.#receivePaused = true
      this.#handlers.onReceivePaused()
    }
    return goesOn && (this.#reads === null || this.#reads.isAskedFor)
  }

  /**
   * The end of what is to be read. A reset that arrived together with the last bytes looks like FIN to libuv; the system
   * then knows no peer any more, while after a FIN it does, unless this side has ended as well.
   */
  #ended(): void {
    this.#peerEnded = true
    this.#reads?.forget()
    if (this.#writeFailure !== null) this.#failNow(this.#writeFailure)
    else if (this.#endRequested || this.#knowsPeer()) this.#handlers.onPeerEnded()
    else this.#failNow(describeError('connection-reset'))
  }

  /** The peer is gone: what it sent before is read to its end, which comes without waiting for anybody. */
  #writingFailed(error: Error): void {
    this.#writeFailure = describeConnectionError(error)
    if (this.#peerEnded) this.#failNow(this.#writeFailure)
  }

  #failNow(error: ErrorShape): void {
    this.#handlers.onFailed(error)
    this.destroy(false)
  }

  #knowsPeer(): boolean {
    const handle: unknown = Reflect.get(this.#socket, '_handle')
    if (typeof handle !== 'object' || handle === null) return true
    const getPeerName: unknown = Reflect.get(handle, 'getpeername')
    return typeof getPeerName !== 'function' || getPeerName.call(handle, {}) === 0
  }

  #accepted(byteCount: number): void {
    if (byteCount === 0) return
    this.#acceptedBytes += byteCount
    this.#handlers.onAccepted(byteCount)
  }

  /**
   * Counts what the system has accepted of writes that are not done, before they are given up. libuv knows what is
   * left in its queue; where Node does not tell, only whole writes are counted.
   */
  #acceptPartial(): void {
    // What failed counts as handed over and as left no more.
    if (this.#writeFailure !== null) return
    const handle: unknown = Reflect.get(this.#socket, '_handle')
    if (typeof handle !== 'object' || handle === null) return
    const handedOver: unknown = Reflect.get(handle, 'bytesWritten')
    const waiting: unknown = Reflect.get(handle, 'writeQueueSize')
    if (typeof handedOver !== 'number' || typeof waiting !== 'number') return
    this.#accepted(Math.max(0, handedOver - waiting - this.#acceptedBytes))
  }

  #closed(): void {
    this.#destroyed = true
    if (this.#sink !== null) {
      this.#sink.onWritable = null
      this.#sink.close()
      this.#sink = null
    }
    this.#handlers.onClosed()
  }
}

function addressOf(socket: ReadingOnSocket, end: 'local' | 'remote'): SocketAddress {
  const address = (end === 'local' ? socket.localAddress : socket.remoteAddress) ?? ''
  const port = (end === 'local' ? socket.localPort : socket.remotePort) ?? 0
  return { address, port, family: address.includes(':') ? 'ipv6' : 'ipv4' }
}
