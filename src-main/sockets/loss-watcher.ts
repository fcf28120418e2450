import type { SocketAddress } from '../contract/schemas/common.ts'
import { lookUp, tableKey, tableState } from './connection-table.ts'

/** seed-systems 3.1 and 6.3.17: a loss is noticed within 0.2 s. */
const pollEveryMs = 100

/** A connection that nobody reads. */
export interface WatchedConnection {
  readonly local: SocketAddress
  readonly remote: SocketAddress
  /** This side has sent FIN. */
  hasEnded(): boolean
  /** False when the system knows no peer any more. */
  knowsPeer(): boolean
  /** Called once; the connection is not watched any more. */
  onLoss(how: 'fin' | 'rst'): void
}

const peerHasEnded: ReadonlySet<string> = new Set(Object.values(tableState))

/**
 * Notices without reading that peers have ended or reset their connections.
 *
 * A reset shows everywhere: the system forgets the peer. FIN shows on Linux alone, in its table of connections; on other
 * systems it is noticed by the next read. One timer serves all watched connections, and there is none without them.
 */
export class LossWatcher {
  readonly #watched = new Set<WatchedConnection>()
  #timer: NodeJS.Timeout | null = null

  /** Watches until the answered function is called, or a loss was told. */
  watch(connection: WatchedConnection): () => void {
    this.#watched.add(connection)
    this.#timer ??= this.#soon()
    return () => this.#forget(connection)
  }

  get isIdle(): boolean {
    return this.#timer === null
  }

  #forget(connection: WatchedConnection): void {
    this.#watched.delete(connection)
    if (this.#watched.size > 0 || this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }

  #soon(): NodeJS.Timeout {
    return setTimeout(() => void this.#poll(), pollEveryMs)
  }

  async #poll(): Promise<void> {
    const timer = this.#timer
    const asked = [...this.#watched].map((connection) => ({
      connection,
      key: tableKey(connection.local, connection.remote),
      // Before the table, which tells what a peer that is gone has done last.
      known: connection.knowsPeer(),
    }))
    const states = await statesOf(asked)
    for (const { connection, key, known } of asked) {
      if (!this.#watched.has(connection)) continue
      const how = lossOf(known, connection.hasEnded(), states === null ? null : (states.get(key) ?? 'none'))
      if (how === null) continue
      this.#watched.delete(connection)
      connection.onLoss(how)
    }
    // Forgetting the last one and watching the next has begun a timer of its own meanwhile.
    if (this.#timer === timer) this.#timer = this.#watched.size > 0 ? this.#soon() : null
  }
}

type Asked = readonly { readonly connection: WatchedConnection; readonly key: string }[]

/** Null where there is no table to be read. */
async function statesOf(asked: Asked): Promise<Map<string, string> | null> {
  let states: Map<string, string> | null = null
  for (const family of ['ipv4', 'ipv6'] as const) {
    const keys = asked.filter(({ connection }) => connection.local.family === family).map(({ key }) => key)
    // A table that breaks off is as good as none: the next poll has another one.
    const found = keys.length === 0 ? null : await lookUp(family, new Set(keys)).catch(() => null)
    if (found !== null) states = new Map([...(states ?? []), ...found])
  }
  return states
}

/** A peer that is not known after both sides have ended may have done either, unless there is a table. */
function lossOf(isKnown: boolean, hasEnded: boolean, state: string | null): 'fin' | 'rst' | null {
  if (state !== null && peerHasEnded.has(state)) return 'fin'
  if (isKnown) return null
  return hasEnded && state === null ? 'fin' : 'rst'
}

/** That of this process. */
export const lossWatcher = new LossWatcher()
