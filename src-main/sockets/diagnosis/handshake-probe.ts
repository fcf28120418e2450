import { X509Certificate } from 'node:crypto'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { describeError, toErrorShape, type ErrorShape } from '../../contract/errors.ts'
import type { HandshakeOptions, HandshakePreamble, ProbeRequest } from '../../engine/ports.ts'
import type { HandshakeFinding, HandshakeResult } from '../../protocol/diagnosis/findings.ts'
import { systemErrorCode } from '../socket-errors.ts'
import { describeHandshakeError, describeSecuredError, type HandshakeFacts } from '../tls/handshake-errors.ts'
import { HandshakeWatch, isCertificateRequested } from '../tls/handshake-watch.ts'
import { judgePeer, refusalOf } from '../tls/judge-peer.ts'
import { isMadeFor, namesOf } from '../tls/name-check.ts'
import type { NodePreparedTls } from '../tls/node-prepared-tls.ts'
import { ProbeConnection } from './probe-connection.ts'

/** How long a server has to turn a client away after the handshake, at least. */
const afterwardsMs = 250
/** With TLS 1.3 a server that asked for a certificate looks at it only then. */
const afterRequestMs = 500
/** Its answer takes a round trip; a handshake takes one or two of them. */
const handshakesLong = 3
/** A server that talks on and on before it says what is expected is not waited for. */
const maximumPreambleBytes = 64 * 1024

/** Connects and does a handshake that enforces nothing. */
export function probeHandshake(
  request: ProbeRequest,
  prepared: NodePreparedTls,
  options: HandshakeOptions,
): Promise<HandshakeFinding> {
  return new Promise((resolve) => new HandshakeProbe(request, prepared, options, resolve).begin())
}

class HandshakeProbe {
  readonly #timeoutMs: number
  readonly #prepared: NodePreparedTls
  readonly #options: HandshakeOptions
  readonly #connection: ProbeConnection
  #secure: TLSSocket | null = null
  #watch: HandshakeWatch | null = null
  #bytesBeforeHandshake = 0
  #secured: { readonly result: HandshakeResult; readonly elapsedMs: number } | null = null
  #isClosedAfterwards = false

  constructor(
    request: ProbeRequest,
    prepared: NodePreparedTls,
    options: HandshakeOptions,
    resolve: (finding: HandshakeFinding) => void,
  ) {
    this.#timeoutMs = request.timeoutMs
    this.#prepared = prepared
    this.#options = options
    this.#connection = new ProbeConnection(request, (error) => {
      resolve({
        secured: this.#secured?.result ?? null,
        error,
        isClosedAfterwards: this.#isClosedAfterwards,
        isCertificateRequested: this.#facts().isCertificateRequested,
        elapsedMs: this.#secured?.elapsedMs ?? this.#connection.elapsedMs,
      })
      this.#secure?.destroy()
    })
  }

  begin(): void {
    const { preamble } = this.#options
    const { socket } = this.#connection
    socket.on('error', (error) => this.#failed(error))
    socket.once('connect', () => {
      if (preamble === null) this.#handshake()
      else this.#talk(preamble)
    })
  }

  #talk({ send, expect }: HandshakePreamble): void {
    const { socket } = this.#connection
    this.#restartClock()
    if (send.length > 0) socket.write(send)
    if (expect.length === 0) {
      this.#handshake()
      return
    }
    let received = Buffer.alloc(0)
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk])
      if (received.includes(Buffer.from(expect))) {
        socket.pause().off('data', onData).off('end', onEnd)
        this.#handshake()
      } else if (received.length > maximumPreambleBytes) {
        onEnd()
      }
    }
    const onEnd = (): void => {
      const reason = 'The text that was to come before it did not come.'
      this.#connection.end(describeError('handshake-failed', { address: this.#connection.address, reason }))
    }
    socket.on('data', onData).on('end', onEnd)
  }

  #handshake(): void {
    const connection = this.#connection
    this.#restartClock()
    this.#bytesBeforeHandshake = connection.socket.bytesRead
    const secure = connectTls({ ...this.#prepared.options, socket: connection.socket })
    this.#secure = secure
    this.#watch = new HandshakeWatch(secure, connection.socket)
    secure.once('secureConnect', () => this.#secureConnected(secure))
    secure.on('error', (error: Error) => this.#failed(error))
    // Nothing is done with what comes; it has to be read to see an end behind it.
    secure.resume().once('end', () => {
      if (this.#secured !== null) this.#connection.end(this.#closedError())
    })
  }

  /** Connected: from here on it is the handshake, or the text before it, that is late. */
  #restartClock(): void {
    const { address } = this.#connection
    const timeoutMs = this.#timeoutMs
    this.#connection.restartClock()
    this.#connection.endAfter(timeoutMs, () => describeError('handshake-timeout', { address, timeoutMs }))
  }

  #secureConnected(secure: TLSSocket): void {
    const { elapsedMs } = this.#connection
    try {
      this.#secured = { result: resultOf(secure, this.#prepared), elapsedMs }
    } catch (thrown) {
      this.#connection.end(toErrorShape(thrown))
      return
    }
    if (!this.#options.looksAfterwards) {
      this.#connection.end(null)
      return
    }
    const leastMs = isCertificateRequested(secure) ? afterRequestMs : afterwardsMs
    this.#connection.endAfter(Math.min(Math.max(leastMs, elapsedMs * handshakesLong), this.#timeoutMs), () => null)
  }

  #failed(error: Error): void {
    const connection = this.#connection
    if (this.#secured !== null) connection.end(this.#brokenError(error))
    else if (this.#secure !== null) connection.end(describeHandshakeError(error, this.#facts()))
    // Who resets at once may do so before the system has told that the connection is open.
    else if (systemErrorCode(error) === 'ECONNRESET') {
      connection.end(describeError('reset-before-tls', { address: connection.address }))
    } else connection.dialFailed(error)
  }

  #brokenError(error: Error): ErrorShape | null {
    const shape = describeSecuredError(error, this.#facts())
    return shape.code === 'connection-reset' || shape.code === 'broken-pipe' ? this.#closedError() : shape
  }

  /** A server that wants a certificate and does not like what it got may close without a word. */
  #closedError(): ErrorShape | null {
    const { address, isCertificateRequested: isRequested, hasCertificate } = this.#facts()
    if (!isRequested) {
      this.#isClosedAfterwards = true
      return null
    }
    const reason = 'It closed the connection when it had seen it.'
    return hasCertificate
      ? describeError('client-certificate-rejected', { address, reason })
      : describeError('client-certificate-required', { address })
  }

  #facts(): HandshakeFacts {
    return {
      address: this.#connection.address,
      receivedBytes: this.#connection.socket.bytesRead - this.#bytesBeforeHandshake,
      isCertificateRequested: this.#watch?.isCertificateRequested ?? false,
      isReset: this.#watch?.isReset ?? false,
      hasCertificate: this.#prepared.clientChain !== null,
    }
  }
}

function resultOf(secure: TLSSocket, prepared: NodePreparedTls): HandshakeResult {
  const secured = judgePeer(secure, prepared)
  const { summary, certificates, sentByPeer } = secured
  const leaf = sentByPeer[0] === undefined ? null : new X509Certificate(sentByPeer[0].pem)
  const expected = prepared.expectedName
  const name = leaf === null ? null : { expected, found: namesOf(leaf), isRight: isMadeFor(leaf, expected) }
  return { summary, certificates, refusal: refusalOf(secured, prepared), name }
}
