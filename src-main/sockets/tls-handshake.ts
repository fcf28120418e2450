import type { Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { toErrorShape, WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { PreparedTls, SecuredConnection } from '../engine/ports.ts'
import { loopTurn } from './loop-turn.ts'
import { handleCounter } from './socket-handle.ts'
import { describeHandshakeError, describeSecuredError, type HandshakeFacts } from './tls/handshake-errors.ts'
import { HandshakeWatch } from './tls/handshake-watch.ts'
import { judgePeer, refusalOf } from './tls/judge-peer.ts'
import { NodePreparedTls } from './tls/node-prepared-tls.ts'

/** How the peer ended its side: with close_notify, by FIN alone, or one of both (RFC 8446, section 6.1). */
export type TlsEnd = 'announced' | 'unannounced' | 'unclear'

export interface TlsHandshakeOptions {
  /** Open, and read by nobody any more. */
  readonly plain: Socket
  readonly prepared: PreparedTls
  /** `IP:PORT` of the peer, for errors. */
  readonly address: string
  /** Takes the lines of the key log; null when there is none. */
  readonly keyLog: ((line: Uint8Array) => void) | null
  /** The handshake is done, and the peer's certificate is good enough for the settings. */
  onSecured(secured: SecuredConnection): void
  /** The peer is not to be talked to. Nothing was sent to it and nothing received from it. */
  onRefused(error: ErrorShape): void
}

/** TLS over an open plain connection, and what is known of its handshake and its end. */
export class TlsHandshake {
  readonly socket: TLSSocket
  readonly #options: TlsHandshakeOptions
  readonly #prepared: NodePreparedTls
  readonly #watch: HandshakeWatch
  readonly #bytesBefore: number
  #isSecured = false
  /** What was read of the wire, and when, at the last sign of life. */
  #bytesSeen = 0
  #turnSeen = -1

  /** Begins the handshake. Whoever made this listens to `error`, `end` and `close` of the socket. */
  constructor(options: TlsHandshakeOptions) {
    if (!(options.prepared instanceof NodePreparedTls)) throw new TypeError('TLS was prepared by another provider')
    this.#options = options
    this.#prepared = options.prepared
    this.#bytesBefore = handleCounter(options.plain, 'bytesRead') ?? 0
    const socket = connectTls({ ...this.#prepared.options, socket: options.plain })
    this.socket = socket
    this.#watch = new HandshakeWatch(socket, options.plain)
    const { keyLog } = options
    if (keyLog !== null) socket.on('keylog', keyLog)
    // Node asks for sessions only if somebody listens from the beginning.
    socket.on('session', () => this.seen())
    socket.on('secureConnect', () => this.#judge())
  }

  get isSecured(): boolean {
    return this.#isSecured
  }

  /** Something of the peer arrived now. */
  seen(): void {
    this.#bytesSeen = handleCounter(this.#options.plain, 'bytesRead') ?? 0
    this.#turnSeen = loopTurn()
  }

  /**
   * At the end of the stream: whether the peer has said in TLS that this is the end. Node tells close_notify and FIN in the
   * same way. But close_notify is bytes on the wire: where none came since the last sign of life, there was none. What came
   * in the same turn of the loop may have held it.
   */
  get end(): TlsEnd {
    const bytes = handleCounter(this.#options.plain, 'bytesRead')
    if (bytes !== null && bytes > this.#bytesSeen) return 'announced'
    return loopTurn() === this.#turnSeen ? 'unclear' : 'unannounced'
  }

  /** What a failure of the socket means. */
  describeError(thrown: Error): ErrorShape {
    if (this.#isSecured) return describeSecuredError(thrown, this.#facts())
    return describeHandshakeError(thrown, this.#facts())
  }

  #judge(): void {
    let secured: SecuredConnection
    try {
      secured = judgePeer(this.socket, this.#prepared)
      const refusal = refusalOf(secured, this.#prepared)
      if (refusal !== null) throw WirebenchError.fromShape(refusal)
    } catch (thrown) {
      // Also what nobody has thought of: a peer that cannot be judged is none to be talked to.
      this.#options.onRefused(toErrorShape(thrown))
      return
    }
    // Before TLS 1.3 a server may ask for another handshake whenever it likes. Its certificate has to be as good as the first.
    if (this.#isSecured) return
    this.#isSecured = true
    this.seen()
    this.#prepared.remember(this.socket, secured)
    this.#options.onSecured(secured)
  }

  #facts(): HandshakeFacts {
    return {
      address: this.#options.address,
      receivedBytes: this.#options.plain.bytesRead - this.#bytesBefore,
      isCertificateRequested: this.#watch.isCertificateRequested,
      isReset: this.#watch.isReset,
      hasCertificate: this.#prepared.clientChain !== null,
    }
  }
}
