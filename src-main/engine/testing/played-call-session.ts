import { describeError } from '../../contract/errors.ts'
import type { ConnectionEnding, ConnectionStateName } from '../../contract/schemas/connection.ts'
import type { CallSession } from '../calls/call-session.ts'
import type { SessionWatcher } from '../sessions/session-parts.ts'

/** For tests: a session whose connection, peer and capture are played. What is sent is accepted at once. */
export class PlayedCallSession {
  readonly sessionId = 'played'
  state: ConnectionStateName = 'idle'
  connectionNumber = 0
  readonly unsentBytes = 0
  /** What the peer has got on the present connection. */
  readonly sent: Uint8Array[] = []
  #ending: ConnectionEnding | null = null
  #sentBytes = 0
  #receivedBytes = 0
  #watchers: readonly SessionWatcher[] = []

  /** As what calls take. */
  get asCallSession(): CallSession {
    return this as unknown as CallSession
  }

  get capture(): { acceptedTotals(): { sentBytes: number; receivedBytes: number } } {
    return { acceptedTotals: () => ({ sentBytes: this.#sentBytes, receivedBytes: this.#receivedBytes }) }
  }

  snapshot(): object {
    return { settings: { port: 4001 }, ending: this.#ending, remote: null, profileId: null }
  }

  watch(watcher: SessionWatcher): () => void {
    this.#watchers = [...this.#watchers, watcher]
    return () => (this.#watchers = this.#watchers.filter((other) => other !== watcher))
  }

  connect(): void {
    this.connectionNumber += 1
    this.#ending = null
    this.sent.length = 0
    this.#become('open')
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes.slice())
    this.#sentBytes += bytes.length
    for (const watcher of this.#watchers) watcher.onSent?.(bytes.length)
    for (const watcher of this.#watchers) watcher.onChanged()
  }

  /** The bytes change afterwards, as those of a socket do. */
  receive(bytes: Uint8Array): void {
    const buffer = bytes.slice()
    this.#receivedBytes += bytes.length
    for (const watcher of this.#watchers) watcher.onReceived(buffer)
    buffer.fill(0xff)
    for (const watcher of this.#watchers) watcher.onChanged()
  }

  closeConnection(): void {
    this.#end({ by: 'local', how: 'fin', unsentBytes: 0, error: null })
  }

  /** The peer ends the connection. */
  cut(how: 'fin' | 'rst'): void {
    if (how === 'fin') this.#become('half-closed-remote')
    this.#end({ by: 'peer', how, unsentBytes: 0, error: how === 'rst' ? describeError('connection-reset') : null })
  }

  #end(ending: ConnectionEnding): void {
    if (this.state === 'closed') return
    this.#ending = ending
    this.#become('closed')
  }

  #become(state: ConnectionStateName): void {
    this.state = state
    for (const watcher of this.#watchers) watcher.onChanged()
  }
}
