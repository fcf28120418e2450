import { Socket, type SocketConstructorOpts, type TcpNetConnectOpts } from 'node:net'
import { describeError, type ErrorShape } from '../contract/errors.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { SocketDetails } from '../contract/schemas/session.ts'
import type {
  DialOptions,
  PreparedTls,
  ReceiveSink,
  ResolvedAddress,
  StreamHandle,
  StreamHandlers,
} from '../engine/ports.ts'
import { connectPlain } from './connect-plain.ts'
import { Incoming } from './incoming.ts'
import { lossWatcher } from './loss-watcher.ts'
import { Outgoing } from './outgoing.ts'
import { readOnAfterFailedWrite } from './reading-on-socket.ts'
import { describeConnectionError, describeDialError } from './socket-errors.ts'
import { knowsPeer, type ReadInto } from './socket-handle.ts'
import { SocketMemory } from './socket-memory.ts'
import { TlsHandshake, type TlsEnd } from './tls-handshake.ts'

/** Reading into memory of the caller is set up with the socket, which Node's declarations tell of connecting alone. */
type PlainSocketOptions = SocketConstructorOpts & Pick<TcpNetConnectOpts, 'onread'>

function makeSocket(onread: ReadInto): Socket {
  const options: PlainSocketOptions = { allowHalfOpen: true, onread }
  return new Socket(options)
}

/** One connection of Node: TCP, and TLS over it from the beginning, from a moment on, or never. */
export class NodeStream implements StreamHandle {
  readonly #handlers: StreamHandlers
  readonly #options: DialOptions
  readonly #plain: Socket
  readonly #incoming: Incoming
  readonly #outgoing: Outgoing
  readonly #memory = new SocketMemory()
  #tls: TlsHandshake | null = null
  /** TLS was asked for and has not begun. */
  #isSwitching = false
  #ends: { readonly local: SocketAddress; readonly remote: SocketAddress } | null = null
  #peerEnded = false
  /** How the end was met that is not told yet. */
  #end: TlsEnd | null = null
  #lossNoticed = false
  #stopWatching: (() => void) | null = null
  /** The peer takes no more; what it sent before is still being read. */
  #writeFailure: ErrorShape | null = null
  #hasFailed = false
  #destroyed = false

  constructor(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ) {
    this.#handlers = handlers
    this.#options = options
    this.#incoming = new Incoming(options.readSizeBytes, makeSocket, {
      onArrival: () => this.#tls?.seen(),
      onPaused: () => {
        this.#watchForLoss()
        handlers.onReceivePaused()
      },
      onResumed: () => {
        this.#watchForLoss()
        handlers.onReceiveResumed()
      },
      onNothing: () => handlers.onNothingToRead(),
      onEnd: () => this.#ended(),
    })
    this.#plain = this.#incoming.socket
    this.#outgoing = new Outgoing(this.#plain, options.tls !== null, (byteCount) => handlers.onAccepted(byteCount))
    readOnAfterFailedWrite(this.#plain, (error) => this.#writingFailed(error))
    this.#plain
      .on('connect', () => this.#connected(sink))
      .on('end', () => {
        if (this.#tls === null) this.#metEnd()
      })
      .on('error', (error) => {
        // TLS hears of it, too, and says what it means.
        if (this.#tls !== null) return
        if (this.#ends !== null) this.#fail(this.#writeFailure ?? describeConnectionError(error))
        else this.#fail(describeDialError(error, remote, { address: options.localAddress, port: options.localPort }))
      })
      .on('close', () => {
        if (this.#tls === null) this.#closed()
      })
    connectPlain(this.#plain, remote, options)
  }

  write(bytes: Uint8Array): void {
    this.#outgoing.write(bytes)
  }

  endSending(): void {
    this.#outgoing.end()
  }

  holdReading(held: boolean): void {
    this.#incoming.hold(held)
    this.#watchForLoss()
  }

  readOnce(maximumBytes: number, waits: boolean): void {
    this.#incoming.readOnce({ maximumBytes, waits })
  }

  cancelRead(): void {
    this.#incoming.cancelRead()
  }

  startTls(prepared: PreparedTls): void {
    if (this.#ends === null || this.#tls !== null || this.#isSwitching) {
      throw new TypeError('TLS begins once, on an open connection')
    }
    this.#isSwitching = true
    this.#outgoing.waitForTls(() => {
      if (this.#destroyed) return
      // The peer says nothing of TLS before it is spoken to: what is there now is still plain.
      this.#incoming.drain(() => {
        if (!this.#destroyed) this.#beginTls(prepared)
      })
    })
  }

  details(): Promise<SocketDetails> {
    return this.#memory.read(this.#destroyed ? 'closed' : this.#ends)
  }

  destroy(reset: boolean): void {
    if (this.#destroyed) return
    this.#outgoing.stop(this.#writeFailure !== null)
    this.#incoming.stop()
    this.#destroyed = true
    this.#watchForLoss()
    if (reset && this.#ends !== null && this.#writeFailure === null) this.#reset()
    else this.#finish()
  }

  /** `IP:PORT` */
  get #peerAddress(): string {
    const { address, port, family } = this.#ends?.remote ?? addressOf(this.#plain, 'remote')
    return family === 'ipv4' ? `${address}:${port}` : `[${address}]:${port}`
  }

  get #socket(): Socket {
    return this.#tls?.socket ?? this.#plain
  }

  #connected(sink: () => ReceiveSink): void {
    const ends = { local: addressOf(this.#plain, 'local'), remote: addressOf(this.#plain, 'remote') }
    this.#ends = ends
    this.#handlers.onConnected(ends.local, ends.remote)
    if (this.#destroyed) return
    this.#incoming.open(sink(), this.#options.tls !== null)
    if (this.#options.tls !== null) this.#beginTls(this.#options.tls)
    else this.#watchForLoss()
  }

  #beginTls(prepared: PreparedTls): void {
    this.#isSwitching = false
    const tls = new TlsHandshake({
      plain: this.#plain,
      prepared,
      address: this.#peerAddress,
      keyLog: this.#options.keyLog(),
      onSecured: (secured) => {
        this.#handlers.onSecured(secured)
        if (this.#destroyed) return
        this.#incoming.secured()
        this.#outgoing.overTls(tls.socket)
        this.#watchForLoss()
      },
      onRefused: (error) => this.#failNow(error),
    })
    this.#tls = tls
    this.#incoming.overTls(tls.socket)
    readOnAfterFailedWrite(tls.socket, (error) => this.#writingFailed(error))
    tls.socket
      .on('end', () => {
        if (tls.isSecured) this.#metEnd()
      })
      .on('error', (error: Error) => {
        // A write that fails says less than what was read after it, unless nothing was.
        const failure = tls.describeError(error)
        // Node tells what TLS does not understand, and leaves the socket as it is.
        this.#failNow(failure.code === 'connection-reset' ? (this.#writeFailure ?? failure) : failure)
      })
      .on('close', () => this.#closed())
    this.#watchForLoss()
  }

  /** The socket met the end; whether it is told now is for those to say who read by hand. */
  #metEnd(): void {
    this.#end = this.#tls?.end ?? null
    if (this.#incoming.ended()) this.#ended()
    else this.#noticeLoss('fin')
  }

  /**
   * The end of what is to be read. A reset that arrived together with the last bytes looks like FIN to libuv; the system
   * then knows no peer any more, while after a FIN it does, unless this side has ended as well, or TLS was ended before.
   */
  #ended(): void {
    this.#peerEnded = true
    this.#watchForLoss()
    if (this.#writeFailure !== null) this.#failNow(this.#writeFailure)
    else if (this.#isSwitching) this.#failNow(describeError('closed-during-handshake', { address: this.#peerAddress }))
    else if (this.#outgoing.hasEnded || this.#end === 'announced' || knowsPeer(this.#plain)) {
      this.#handlers.onPeerEnded(this.#end === 'unannounced')
    } else this.#failNow(describeError('connection-reset'))
  }

  /** The peer is gone: what it sent before is read to its end, which comes without waiting for anybody. */
  #writingFailed(error: Error): void {
    this.#writeFailure ??= describeConnectionError(error)
    if (this.#peerEnded) this.#failNow(this.#writeFailure)
  }

  #fail(error: ErrorShape): void {
    if (this.#hasFailed || this.#destroyed) return
    this.#hasFailed = true
    this.#incoming.giveUp()
    this.#handlers.onFailed(error)
  }

  #failNow(error: ErrorShape): void {
    this.#fail(error)
    this.destroy(false)
  }

  /** Looks for a loss while nobody reads; a read would meet it. */
  #watchForLoss(): void {
    const ends = this.#ends
    const isOpen = ends !== null && !this.#destroyed && !this.#peerEnded && this.#tls?.isSecured !== false
    if (!isOpen || this.#lossNoticed || !this.#incoming.isHalted) {
      this.#stopWatching?.()
      this.#stopWatching = null
      return
    }
    this.#stopWatching ??= lossWatcher.watch({
      ...ends,
      hasEnded: () => this.#outgoing.hasEnded,
      knowsPeer: () => knowsPeer(this.#plain),
      onLoss: (how) => this.#noticeLoss(how),
    })
  }

  #noticeLoss(how: 'fin' | 'rst'): void {
    if (this.#lossNoticed) return
    this.#lossNoticed = true
    this.#watchForLoss()
    this.#handlers.onLossNoticed(how)
  }

  /** FIN at once; what TLS has to say before it is said where nothing else waits. */
  #finish(): void {
    const socket = this.#socket
    const saysEnd = this.#tls?.isSecured === true && this.#outgoing.isEmpty && !this.#hasFailed
    if (saysEnd && this.#writeFailure === null && !socket.writableEnded) socket.end()
    socket.destroy()
  }

  #reset(): void {
    const socket = this.#socket
    const plain = this.#plain
    if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) {
      // libuv refuses a reset while the FIN is on its way out, which takes one turn of its loop.
      socket.once('finish', () => plain.resetAndDestroy())
    } else plain.resetAndDestroy()
  }

  #closed(): void {
    if (!this.#destroyed) this.#incoming.giveUp()
    this.#destroyed = true
    this.#watchForLoss()
    this.#incoming.close()
    this.#handlers.onClosed()
  }
}

function addressOf(socket: Socket, end: 'local' | 'remote'): SocketAddress {
  const address = (end === 'local' ? socket.localAddress : socket.remoteAddress) ?? ''
  const port = (end === 'local' ? socket.localPort : socket.remotePort) ?? 0
  return { address, port, family: address.includes(':') ? 'ipv6' : 'ipv4' }
}
