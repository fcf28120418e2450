import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketDetails } from '../../contract/schemas/session.ts'
import type {
  Dialer,
  DialOptions,
  PreparedTls,
  ReceiveSink,
  ResolvedAddress,
  SecuredConnection,
  StreamHandle,
  StreamHandlers,
} from '../ports.ts'

/** A dialer whose peers do nothing but what the test makes them do. */
export class FakeDialer implements Dialer {
  readonly streams: FakeStream[] = []

  dial(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ): StreamHandle {
    const stream = new FakeStream(remote, options, sink, handlers)
    this.streams.push(stream)
    return stream
  }

  get last(): FakeStream {
    const stream = this.streams.at(-1)
    if (stream === undefined) throw new Error('Nothing was dialled')
    return stream
  }
}

export class FakeStream implements StreamHandle {
  /** What the engine did, such as `write 5`, `FIN`, `close`, `reset`. */
  readonly log: string[] = []
  readonly remote: ResolvedAddress & { readonly port: number }
  readonly options: DialOptions
  readonly handlers: StreamHandlers
  readonly #makeSink: () => ReceiveSink
  #sink: ReceiveSink | null = null
  #closed = false

  constructor(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ) {
    this.remote = remote
    this.options = options
    this.#makeSink = sink
    this.handlers = handlers
  }

  write(bytes: Uint8Array): void {
    this.log.push(`write ${bytes.length}`)
  }

  endSending(): void {
    this.log.push('FIN')
  }

  holdReading(held: boolean): void {
    this.log.push(held ? 'hold' : 'read on')
  }

  readOnce(maximumBytes: number, waits: boolean): void {
    this.log.push(`${waits ? 'read' : 'poll'} ${maximumBytes}`)
  }

  cancelRead(): void {
    this.log.push('cancel read')
  }

  startTls(tls: PreparedTls): void {
    this.log.push(`start TLS with ${tls.serverName ?? 'no name'}`)
  }

  /** The handshake is done; `keyLine` is a line of the key log before that. */
  secure(secured: SecuredConnection, keyLine: string | null = null): void {
    if (keyLine !== null) this.options.keyLog()?.(new TextEncoder().encode(keyLine))
    this.handlers.onSecured(secured)
  }

  details(): Promise<SocketDetails> {
    return Promise.resolve({ sendBufferBytes: 16_384, receiveBufferBytes: 131_072, reason: null })
  }

  destroy(reset: boolean): void {
    this.log.push(reset ? 'reset' : 'close')
    this.close()
  }

  connect(): void {
    this.handlers.onConnected({ address: '127.0.0.1', port: 50_000, family: 'ipv4' }, this.remote)
    this.#sink = this.#makeSink()
    this.#sink.onWritable = () => this.handlers.onReceiveResumed()
  }

  fail(error: ErrorShape): void {
    this.handlers.onFailed(error)
    this.close()
  }

  receive(bytes: Uint8Array): void {
    if (this.#sink?.append(bytes) === false) this.handlers.onReceivePaused()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#sink?.close()
    this.handlers.onClosed()
  }
}
