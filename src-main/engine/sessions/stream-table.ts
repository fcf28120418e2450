import type { LiveCapture } from '../../capture/live-capture.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionInput } from '../../protocol/connection/connection-inputs.ts'
import type { Dialer, DialOptions, SecuredConnection, StreamHandle, StreamHandlers } from '../ports.ts'
import { TappedSink } from './tapped-sink.ts'

/** Whom the streams of a session tell. */
export interface StreamListener {
  /** What the machine of the session has to know. */
  onInput(input: ConnectionInput): void
  /** Bytes arrived and are in the capture. They change afterwards. */
  onReceived(attempt: number, bytes: Uint8Array): void
  onNothingToRead(): void
  onReceivePaused(): void
  onReceiveResumed(): void
  /** Before the machine is told. */
  onSecured(secured: SecuredConnection): void
}

/** RFC 8446, section 6.1: without close_notify nobody can tell the end of the peer from a cut in between. */
const cutNote =
  'The peer ended without saying so in TLS (close_notify): the stream may be cut. Many servers end this way; if length matters, check that everything arrived.'

/** Every dial of a session that has not told its end yet. Received bytes go into the capture, what is written waits for the disk. */
export class StreamTable {
  readonly #dialer: Dialer
  readonly #capture: LiveCapture
  readonly #listener: StreamListener
  readonly #streams = new Map<number, StreamHandle>()
  /** Writes that wait for the disk: what was sent must be recorded, and memory is bounded. */
  readonly #heldWrites: { readonly attempt: number; readonly bytes: Uint8Array }[] = []

  constructor(dialer: Dialer, capture: LiveCapture, listener: StreamListener) {
    this.#dialer = dialer
    this.#capture = capture
    this.#listener = listener
  }

  get isEmpty(): boolean {
    return this.#streams.size === 0
  }

  /** Null for no attempt, and for one that is over. */
  get(attempt: number | null): StreamHandle | null {
    return attempt === null ? null : (this.#streams.get(attempt) ?? null)
  }

  dial(
    attempt: number,
    { remote, options, connection }: { remote: SocketAddress; options: DialOptions; connection: number },
  ): StreamHandle {
    const sink = (): TappedSink =>
      new TappedSink(this.#capture.sink(connection), (bytes) => this.#listener.onReceived(attempt, bytes))
    const stream = this.#dialer.dial(remote, options, sink, this.#handlersOf(attempt, connection))
    this.#streams.set(attempt, stream)
    return stream
  }

  write(attempt: number, bytes: Uint8Array): void {
    this.#heldWrites.push({ attempt, bytes })
    if (this.#capture.hasRoom) this.#writeHeld()
  }

  holdReading(held: boolean): void {
    for (const stream of this.#streams.values()) stream.holdReading(held)
  }

  /** The capture has room again. */
  roomIsBack(): void {
    this.#writeHeld()
  }

  #writeHeld(): void {
    for (const { attempt, bytes } of this.#heldWrites.splice(0)) this.#streams.get(attempt)?.write(bytes)
  }

  #handlersOf(attempt: number, connection: number): StreamHandlers {
    const listener = this.#listener
    const tell = (input: ConnectionInput): void => listener.onInput(input)
    let connected = false
    return {
      onConnected: (local, remote) => {
        connected = true
        tell({ kind: 'dial-connected', attempt, local, remote })
      },
      onAccepted: (byteCount) => tell({ kind: 'accepted-bytes', attempt, byteCount }),
      onReceivePaused: () => listener.onReceivePaused(),
      onReceiveResumed: () => listener.onReceiveResumed(),
      onNothingToRead: () => listener.onNothingToRead(),
      onLossNoticed: (how) => tell({ kind: 'loss-noticed', attempt, how }),
      onSecured: (secured) => {
        listener.onSecured(secured)
        const peerCertificates = secured.sentByPeer.map(({ name, fingerprintSha256, pem }) => ({
          name,
          fingerprintSha256,
          pem,
        }))
        tell({ kind: 'secured', attempt, tls: secured.summary, peerCertificates })
      },
      onPeerEnded: (isUnannounced) => {
        if (isUnannounced === true) this.#capture.recordEvent(connection, { kind: 'note', text: cutNote })
        tell({ kind: 'peer-ended', attempt })
      },
      onFailed: (error) => tell({ kind: connected ? 'failed' : 'dial-failed', attempt, error }),
      onClosed: () => {
        this.#streams.delete(attempt)
        if (connected) listener.onReceiveResumed()
        tell({ kind: 'closed', attempt })
      },
    }
  }
}
