import type { X509Certificate } from 'node:crypto'

/** Hosts and settings whose sessions are kept; the one unused for longest makes way. */
const maximumSessions = 64

export interface RememberedSession {
  readonly session: Buffer
  /** What the peer sent when the session was made, leaf first: a resumed handshake sends none. */
  readonly peer: readonly X509Certificate[]
  /** What OpenSSL said of it then. */
  readonly reason: string | null
  /** The certificate of this side that belongs to the session. */
  readonly localName: string | null
}

/** TLS sessions for resumption (RFC 8446, section 2.2; RFC 5077), in memory alone. */
export class SessionMemory {
  readonly #sessions = new Map<string, RememberedSession>()

  recall(key: string): RememberedSession | null {
    const found = this.#sessions.get(key)
    if (found === undefined) return null
    this.#sessions.delete(key)
    this.#sessions.set(key, found)
    return found
  }

  keep(key: string, session: RememberedSession): void {
    this.#sessions.delete(key)
    this.#sessions.set(key, session)
    if (this.#sessions.size <= maximumSessions) return
    const [oldest] = this.#sessions.keys()
    if (oldest !== undefined) this.#sessions.delete(oldest)
  }
}
