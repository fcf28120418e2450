import type { Direction } from '../../contract/schemas/common.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { TcpConversation } from '../../protocol/tcp-synthesis/tcp-conversation.ts'
import type { KnownEnds } from './conversation-ends.ts'

/** A connection of the capture that has not ended yet. */
export interface TrackedConnection {
  readonly connection: number
  ends: KnownEnds | null
  /** The direction of its first SYN. */
  opener: Direction
  /** Null until the first packet. */
  conversation: TcpConversation | null
  /** Said of its first packet. */
  readonly comments: string[]
}

/** More than these at once are odd or hostile: the oldest is forgotten then, and begins anew with its next bytes. */
const maximumTracked = 65_536
/** More comments of one packet, or in the end of the file, are only counted. */
const maximumComments = 200

const beginnings: ReadonlySet<ConnectionEvent['kind']> = new Set([
  'resolving',
  'delaying',
  'dialling',
  'connected',
  'accepted',
])

/** The connections that are open, or being opened, at one place of the capture. */
export class TrackedConnections {
  readonly #tracked = new Map<number, TrackedConnection>()
  readonly #trailing: string[] = []
  #omittedTrailing = 0

  get size(): number {
    return this.#tracked.size
  }

  /** The connection, tracked from now on. */
  of(connection: number): TrackedConnection {
    const known = this.#tracked.get(connection)
    if (known !== undefined) return known
    if (this.#tracked.size === maximumTracked) {
      const [oldest] = this.#tracked.keys()
      if (oldest !== undefined) this.end(oldest)
    }
    const made: TrackedConnection = { connection, ends: null, opener: 'sent', conversation: null, comments: [] }
    this.#tracked.set(connection, made)
    return made
  }

  /** The connection that an event is about; null when it is not open, nor being opened by this. */
  ofEvent(connection: number, event: ConnectionEvent): TrackedConnection | null {
    return beginnings.has(event.kind) ? this.of(connection) : (this.#tracked.get(connection) ?? null)
  }

  /** Something to be said of its next packet. */
  comment(tracked: TrackedConnection, text: string): void {
    const comments = tracked.conversation?.comments ?? tracked.comments
    if (comments.length < maximumComments) comments.push(text)
    else this.#omittedTrailing += 1
  }

  /** Something that no packet stands for: said in the end. */
  trail(connection: number, text: string): void {
    if (this.#trailing.length < maximumComments) this.#trailing.push(`Connection ${connection}: ${text}`)
    else this.#omittedTrailing += 1
  }

  /** Forgets a connection. What was not said yet is said in the end. */
  end(connection: number): void {
    const tracked = this.#tracked.get(connection)
    if (tracked === undefined) return
    this.#tracked.delete(connection)
    for (const text of tracked.conversation?.comments ?? tracked.comments) this.trail(connection, text)
  }

  /** Forgets all, and answers what no packet said. */
  endAll(): readonly string[] {
    for (const connection of [...this.#tracked.keys()]) this.end(connection)
    if (this.#omittedTrailing === 0) return this.#trailing
    return [...this.#trailing, `${this.#omittedTrailing} further comments were left out.`]
  }
}
