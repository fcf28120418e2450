import { describeError, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionInput, ConnectionPlan } from './connection-inputs.ts'
import type { ConnectionOutput } from './connection-output.ts'
import {
  aborted,
  cancelled,
  closedAtOnce,
  disconnectedInVain,
  verdictOfClose,
  verdictOfFailure,
  verdictOfTls,
  type ConnectionVerdict,
} from './connection-verdict.ts'
import { FinOrder } from './fin-order.ts'
import type { OutgoingBytes } from './outgoing-bytes.ts'
import { TlsPhase } from './tls-phase.ts'

const disconnectTimeoutMs = 2000

type InputOf<Kind extends ConnectionInput['kind']> = Extract<ConnectionInput, { kind: Kind }>
/** What the stream of the connection tells, but its end. */
export type StreamNews = InputOf<'received' | 'secured' | 'accepted-bytes' | 'loss-noticed' | 'peer-ended' | 'failed'>
type EndCause = 'local-end' | 'local-close'

export interface LiveConnectionParts {
  readonly attempt: number
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly plan: ConnectionPlan
  readonly output: ConnectionOutput
  readonly outgoing: OutgoingBytes
  /** The end of sending was asked for already. */
  readonly endsSending: boolean
  /** When the peer ends it, it is closed here as well, to be made again. */
  readonly followsLoss: boolean
  /** It is open, with TLS secured; nothing was written yet. */
  readonly onOpen: () => void
}

/** One connection from the moment TCP is connected until it is closed: TLS, what goes out, and its end. See `connection-machine.ts`. */
export class LiveConnection {
  readonly #parts: LiveConnectionParts
  readonly #output: ConnectionOutput
  readonly #outgoing: OutgoingBytes
  readonly tls = new TlsPhase()
  readonly #fins = new FinOrder()
  #stage: 'handshaking' | 'open' = 'handshaking'
  #isAlive = true
  #endRequested: EndCause | null
  #receivingEnded = false
  #cutOff = false
  #isSwitchedByHand = false
  /** The peer has ended, and this side ends as well to connect again. */
  #endsForRetry = false
  /** Set once the connection cannot live on; the ending follows. */
  #verdict: ConnectionVerdict | null = null

  constructor(parts: LiveConnectionParts) {
    this.#parts = parts
    this.#output = parts.output
    this.#outgoing = parts.outgoing
    this.#endRequested = parts.endsSending ? 'local-end' : null
  }

  get attempt(): number {
    return this.#parts.attempt
  }
  get local(): SocketAddress {
    return this.#parts.local
  }
  get remote(): SocketAddress {
    return this.#parts.remote
  }
  /** It has not ended. */
  get isAlive(): boolean {
    return this.#isAlive
  }
  /** Whether it ever was open. */
  get stage(): 'handshaking' | 'open' {
    return this.#stage
  }
  /** It is open and nothing ends it. */
  get isUsable(): boolean {
    return this.#verdict === null && !this.tls.isUnderWay
  }
  get receivingEnded(): boolean {
    return this.#receivingEnded
  }
  get cutOff(): boolean {
    return this.#cutOff
  }
  /** TLS was asked for in mid-stream. */
  get isSwitchedByHand(): boolean {
    return this.#isSwitchedByHand
  }
  get expectsText(): boolean {
    return this.#isAlive && this.#verdict === null && this.tls.awaitsText
  }

  begin(elapsedMs: number): void {
    const { plan, local, remote } = this.#parts
    const { tls } = plan
    if (tls === null) {
      this.#output.forget('connect-timeout')
      const transition = this.#output.move('open', 'connected')
      this.#output.tell({ kind: 'connected', transition, local, remote, elapsedMs })
      this.#opened()
      return
    }
    const transition = this.#output.move('handshaking', 'connected')
    this.#output.tell({ kind: 'connected', transition, local, remote, elapsedMs })
    this.tls.plan(tls, this.#output.nowMs)
    this.#outgoing.queue.holdAll()
    const timeoutMs = plan.settings.tls?.handshakeTimeoutMs ?? null
    if (timeoutMs !== null) this.#output.wakeAfter('handshake-timeout', timeoutMs)
    if (tls.start === 'at-once') {
      this.#output.tell({ kind: 'handshaking', transition: null, serverName: tls.serverName })
    } else {
      this.#outgoing.queue.open(tls.send)
      this.#writeOn()
    }
  }

  /** Errors: `not-connected`, `sending-ended`. */
  send(bytes: Uint8Array): void {
    if (this.#verdict !== null) throw new WirebenchError('not-connected')
    if (this.#endsForRetry) {
      this.#outgoing.pushForNext(bytes)
    } else {
      if (this.#endRequested !== null) throw new WirebenchError('sending-ended')
      this.#outgoing.push(bytes)
      this.#writeOn()
    }
  }

  /** Errors: `tls-already`, `not-connected`, `sending-ended`. */
  startTls(serverName: string | null): void {
    if (this.tls.step !== 'plain') throw new WirebenchError('tls-already')
    const isFit = this.#output.state === 'open' && this.#verdict === null && !this.#receivingEnded
    if (!isFit) throw new WirebenchError('not-connected')
    if (this.#endRequested !== null) throw new WirebenchError('sending-ended')
    this.#isSwitchedByHand = true
    this.tls.request(serverName, this.#output.nowMs)
    this.#outgoing.queue.hold()
    this.#output.wakeAfter('handshake-timeout', this.#handshakeTimeoutMs())
    this.#writeOn()
  }

  requestEnd(cause: EndCause): void {
    if (this.#verdict !== null || this.#endRequested === 'local-close') return
    if (cause === 'local-close') this.#output.wakeAfter('disconnect-timeout', disconnectTimeoutMs)
    this.#endRequested = cause
    this.#writeOn()
  }

  /** Errors: `not-connected`. */
  endReceiving(): void {
    if (!this.isUsable) throw new WirebenchError('not-connected')
    if (this.#receivingEnded) return
    this.#receivingEnded = true
    this.#output.do({ kind: 'end-receiving', attempt: this.attempt })
    this.#output.tell({ kind: 'receiving-ended' })
    this.#writeOn()
  }

  endBy(request: 'disconnect' | 'close' | 'abort' | 'cancel'): void {
    if (request === 'abort') this.#destroy(true, aborted)
    else if (this.tls.isUnderWay) this.#destroy(false, cancelled)
    else if (request === 'close') this.#destroy(false, closedAtOnce(this.#fins.first))
    else if (request === 'disconnect') this.requestEnd('local-close')
  }

  told(news: StreamNews): void {
    switch (news.kind) {
      case 'received':
        this.tls.received(news.bytes)
        this.#writeOn()
        break
      case 'secured':
        this.#secured(news)
        break
      case 'accepted-bytes':
        this.#accepted(news.byteCount)
        break
      case 'loss-noticed':
        this.#lossNoticed(news.how)
        break
      case 'peer-ended':
        this.#peerEnded()
        break
      case 'failed':
        this.#failed(news.error)
        break
      default:
        news satisfies never
    }
  }

  timerFired(timer: 'connect-timeout' | 'handshake-timeout' | 'disconnect-timeout'): void {
    switch (timer) {
      case 'connect-timeout':
        this.#handshakeTimedOut(this.#parts.plan.settings.connectTimeoutMs)
        break
      case 'handshake-timeout':
        this.#handshakeTimedOut(this.#handshakeTimeoutMs())
        break
      case 'disconnect-timeout': {
        const hasUnsent = this.#outgoing.queue.unsentBytes > 0
        this.#destroy(hasUnsent, this.#endsForRetry ? closedAtOnce('peer') : disconnectedInVain)
        break
      }
      default:
        timer satisfies never
    }
  }

  /** Its stream is closed: how it ended. */
  end(): ConnectionVerdict {
    if (this.tls.isUnderWay) this.#handshakeFailed(this.#closedDuringHandshake())
    const verdict = this.#verdict ?? verdictOfClose(this.#fins.first, this.#fins.isWhole)
    this.#isAlive = false
    this.#cutOff ||= verdict.by === 'peer' || verdict.how === 'lost'
    return verdict
  }

  #secured({ tls, peerCertificates }: InputOf<'secured'>): void {
    if (this.#verdict !== null || this.tls.step !== 'handshaking') return
    this.#output.forget('handshake-timeout')
    this.#output.forget('connect-timeout')
    const summary = this.tls.secure(tls, this.#output.nowMs)
    const transition = this.#output.move('open', 'secured')
    this.#output.tell({ kind: 'secured', transition, tls: summary, peerCertificates: [...peerCertificates] })
    this.#outgoing.queue.release()
    if (this.#stage === 'open') this.#writeOn()
    else this.#opened()
  }

  #opened(): void {
    this.#stage = 'open'
    this.#parts.onOpen()
    this.#outgoing.queue.open(this.#parts.plan.initialBytes)
    this.#writeOn()
  }

  #accepted(byteCount: number): void {
    for (const bytes of this.#outgoing.accept(byteCount)) this.#output.do({ kind: 'record-sent', bytes })
    const isDisconnecting = this.#output.runs('disconnect-timeout') && !this.#fins.has('local')
    if (isDisconnecting) this.#output.wakeAfter('disconnect-timeout', disconnectTimeoutMs)
    this.#writeOn()
  }

  #lossNoticed(how: 'fin' | 'rst'): void {
    if (this.#verdict !== null) return
    this.#cutOff = true
    this.#output.tell({ kind: 'loss-noticed', how })
    // Who ended receiving will not read how it ended.
    if (!this.#receivingEnded) return
    if (how === 'fin') this.#peerEnded()
    else this.#destroy(false, verdictOfFailure(describeError('connection-reset')))
  }

  #peerEnded(): void {
    if (this.#verdict !== null || this.#fins.has('peer')) return
    this.#cutOff = true
    if (this.tls.isUnderWay) {
      this.#breakOff(this.#closedDuringHandshake())
      return
    }
    this.#fins.add('peer')
    const transition = this.#output.state === 'open' ? this.#output.move('half-closed-remote', 'peer-closed') : null
    this.#output.tell({ kind: 'peer-ended', transition })
    if (this.#endRequested === null && this.#parts.followsLoss && !this.#isSwitchedByHand) {
      this.#endsForRetry = true
      this.requestEnd('local-close')
    } else {
      this.#writeOn()
    }
  }

  #failed(error: ErrorShape): void {
    if (this.#output.state === 'handshaking') this.#handshakeFailed(this.#inHandshake(error))
    else this.#verdict ??= verdictOfFailure(error)
  }

  /** A reset before the handshake began says that there will be none. */
  #inHandshake(error: ErrorShape): ErrorShape {
    const isReset = error.code === 'connection-reset' || error.code === 'broken-pipe'
    return isReset ? describeError('reset-before-tls', { address: this.#host() }) : error
  }

  #handshakeFailed(error: ErrorShape): void {
    if (this.#verdict !== null) return
    this.#verdict = verdictOfTls(error)
    this.#output.tell({ kind: 'handshake-failed', elapsedMs: this.tls.elapsedMs(this.#output.nowMs), error })
  }

  #handshakeTimedOut(timeoutMs: number): void {
    this.#breakOff(describeError('handshake-timeout', { address: this.#host(), timeoutMs }))
  }

  /** The handshake cannot come to an end any more: tells it and closes. */
  #breakOff(error: ErrorShape): void {
    if (this.#verdict !== null) return
    this.#handshakeFailed(error)
    this.#output.do({ kind: 'destroy', attempt: this.attempt, reset: false })
  }

  #closedDuringHandshake(): ErrorShape {
    return describeError('closed-during-handshake', { address: this.#host() })
  }

  /** Writes as much as may be in flight; begins TLS and sends FIN once they are due. */
  #writeOn(): void {
    if (this.#verdict !== null) return
    const { queue } = this.#outgoing
    const retains = this.#fins.has('peer') && !this.#parts.plan.settings.sendsAfterPeerEnd
    for (let piece = retains ? null : queue.takePiece(); piece !== null; piece = queue.takePiece()) {
      this.#output.do({ kind: 'write', attempt: this.attempt, bytes: piece })
    }
    if (this.tls.isUnderWay) {
      this.#beginTlsWhenDue()
    } else if (this.#endRequested !== null) {
      if (queue.unsentBytes === 0) this.#endSending(this.#endRequested)
      else if (retains) this.#destroy(false, closedAtOnce('peer'))
    }
  }

  #beginTlsWhenDue(): void {
    const isDue = this.tls.step === 'draining' || (this.tls.step === 'exchange' && !this.tls.awaitsText)
    if (!isDue || !this.#outgoing.queue.isDrained) return
    this.tls.begin(this.#output.nowMs)
    const transition = this.#output.state === 'open' ? this.#output.move('handshaking', 'tls-begun') : null
    this.#output.tell({ kind: 'handshaking', transition, serverName: this.tls.serverName })
    this.#output.do({ kind: 'start-tls', attempt: this.attempt })
  }

  #endSending(cause: EndCause): void {
    if (this.#fins.add('local')) {
      this.#output.do({ kind: 'end-sending', attempt: this.attempt })
      const transition = this.#output.state === 'open' ? this.#output.move('half-closed-local', cause) : null
      this.#output.tell({ kind: 'local-ended', transition })
    }
    const isOver = this.#receivingEnded && (cause === 'local-close' || this.#fins.isWhole)
    if (isOver) this.#destroy(false, closedAtOnce(this.#fins.first))
  }

  #destroy(reset: boolean, verdict: ConnectionVerdict): void {
    if (this.#verdict !== null) return
    this.#verdict = verdict
    this.#output.forget('disconnect-timeout')
    this.#output.do({ kind: 'destroy', attempt: this.attempt, reset })
  }

  #handshakeTimeoutMs(): number {
    const { tls, connectTimeoutMs } = this.#parts.plan.settings
    return tls?.handshakeTimeoutMs ?? connectTimeoutMs
  }

  #host(): string {
    return this.#parts.plan.settings.host
  }
}
