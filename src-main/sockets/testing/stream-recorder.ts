import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { DialOptions, SecuredConnection, StreamHandle, StreamHandlers } from '../../engine/ports.ts'
import { NodeDialer } from '../node-dialer.ts'
import { MemorySink } from './memory-sink.ts'

/** Options of a plain connection with nothing asked for. */
export const plainDialOptions: DialOptions = {
  noDelay: true,
  keepAliveDelayMs: null,
  localAddress: null,
  localPort: 0,
  readSizeBytes: null,
  tls: null,
  keyLog: () => null,
}

export interface StreamRecorderOptions extends Partial<DialOptions> {
  readonly address?: string
  readonly sink?: MemorySink
}

/** Dials and writes down what happened; every step can be waited for. */
export class StreamRecorder implements StreamHandlers {
  readonly log: string[] = []
  readonly handle: StreamHandle
  readonly sink: MemorySink
  acceptedBytes = 0
  error: ErrorShape | null = null
  local: SocketAddress | null = null
  #waiting: { holds: () => boolean; resolve: () => void }[] = []

  secured: SecuredConnection | null = null

  constructor(
    port: number,
    { address = '127.0.0.1', sink = new MemorySink(true), ...besides }: StreamRecorderOptions = {},
  ) {
    this.sink = sink
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    this.handle = new NodeDialer().dial(
      { address, family, port },
      { ...plainDialOptions, keepAliveDelayMs: 1000, ...besides },
      () => sink,
      this,
    )
  }

  onConnected(local: SocketAddress): void {
    this.local = local
    this.#note('connected')
  }
  onAccepted(byteCount: number): void {
    this.acceptedBytes += byteCount
    this.#check()
  }
  onReceivePaused(): void {
    this.#note('paused')
  }
  onReceiveResumed(): void {
    this.#note('resumed')
  }
  onNothingToRead(): void {
    this.#note('nothing')
  }
  onLossNoticed(how: 'fin' | 'rst'): void {
    this.#note(`loss-noticed ${how}`)
  }
  onSecured(secured: SecuredConnection): void {
    this.secured = secured
    this.#note('secured')
  }
  onPeerEnded(isUnannounced?: boolean): void {
    this.#note(isUnannounced === true ? 'peer-ended without close_notify' : 'peer-ended')
  }
  onFailed(error: ErrorShape): void {
    this.error = error
    this.#note(error.code)
  }
  onClosed(): void {
    this.#note('closed')
  }

  /** Waits until the log has this line. */
  seen(line: string): Promise<void> {
    return this.until(() => this.log.includes(line))
  }

  /** Waits until something holds, looked at whenever this side of the connection moves. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }))
  }

  #note(line: string): void {
    this.log.push(line)
    this.#check()
  }

  #check(): void {
    const ready = this.#waiting.filter(({ holds }) => holds())
    this.#waiting = this.#waiting.filter((entry) => !ready.includes(entry))
    for (const { resolve } of ready) resolve()
  }
}
