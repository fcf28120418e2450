import type { FollowedRecord, RecordFollower } from '../../capture/record-follower.ts'
import { toErrorShape, type ErrorShape } from '../../contract/errors.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { WireLogSettings, WireLogState } from '../../contract/schemas/wire-log.ts'
import {
  bindTemplate,
  boundRecordBytes,
  remotePairText,
  type BoundTemplate,
  type WireLogTemplate,
} from '../../protocol/wire-log/wire-log-template.ts'
import type { Clock } from '../ports.ts'
import type { WireLogText } from './wire-log-text.ts'

/** Read from the capture at a time. */
const batchBytes = 256 * 1024
/** A log that could not be written is tried again after this time. */
const retryDelayMs = 1000

/** The texts of a log: one for both directions, or one for each that is wanted. */
export interface WireLogTexts {
  readonly both: WireLogText | null
  readonly rx: WireLogText | null
  readonly tx: WireLogText | null
}

export interface WireLogParts {
  readonly settings: WireLogSettings
  readonly template: WireLogTemplate
  readonly texts: WireLogTexts
  closeTexts(): Promise<void>
  readonly follower: RecordFollower
  readonly clock: Clock
  /** The remote end of the connection that is open already. */
  readonly remote: { readonly connection: number; readonly address: SocketAddress } | null
  /** The state is another one. */
  readonly onChanged: () => void
}

/** Records for one of the texts, not written yet. */
interface Waiting {
  pieces: Uint8Array[]
  byteCount: number
}

/**
 * One wire log: reads the records of a capture as it grows and writes them in the order of the capture. What cannot be
 * written now is tried again; nothing is left out while the log lives. Owns its texts and its follower.
 */
export class WireLog {
  readonly #parts: WireLogParts
  readonly #remotes = new Map<number, string>()
  /** Of the last record of each direction. */
  readonly #bound: Partial<Record<'Rx' | 'Tx', { connection: number; template: BoundTemplate }>> = {}
  readonly #waiting = new Map<WireLogText, Waiting>()
  #working: Promise<void> | null = null
  #isWoken = false
  #endPosition = Number.POSITIVE_INFINITY
  #ending: Promise<void> | null = null
  #cancelRetry: (() => void) | null = null
  #recordCount = 0
  #byteCount = 0
  #error: ErrorShape | null = null

  constructor(parts: WireLogParts) {
    this.#parts = parts
    if (parts.remote !== null) this.#remotes.set(parts.remote.connection, remotePairText(parts.remote.address))
  }

  state(): WireLogState {
    const texts = this.#texts()
    return {
      settings: this.#parts.settings,
      paths: texts.flatMap(({ path }) => (path === null ? [] : [path])),
      recordCount: this.#recordCount,
      byteCount: this.#byteCount,
      forgottenBytes: texts.reduce((sum, { forgottenBytes }) => sum + forgottenBytes, 0),
      error: this.#error,
    }
  }

  /** The last bytes of each text. Errors: `file-unreadable`. */
  async tails(maximumBytes: number): Promise<{ rx: Uint8Array; tx: Uint8Array; both: Uint8Array }> {
    const { rx, tx, both } = this.#parts.texts
    const tail = (text: WireLogText | null) => text?.tail(maximumBytes) ?? Promise.resolve(new Uint8Array(0))
    const [ofRx, ofTx, ofBoth] = await Promise.all([tail(rx), tail(tx), tail(both)])
    return { rx: ofRx, tx: ofTx, both: ofBoth }
  }

  /** The capture has more on disk, or may have. */
  wake(): void {
    this.#isWoken = true
    if (this.#ending === null && this.#cancelRetry === null) this.#working ??= this.#work()
  }

  /**
   * Writes what the capture has up to a place, as far as it is on disk, and closes everything. The state then says what
   * could not be written. Never fails.
   */
  end(endPosition: number): Promise<void> {
    this.#ending ??= this.#end(endPosition)
    return this.#ending
  }

  async #end(endPosition: number): Promise<void> {
    this.#endPosition = endPosition
    await this.#working
    this.#cancelRetry?.()
    this.#isWoken = true
    await this.#work()
    // Where this last attempt failed, it has set another.
    this.#cancelRetry?.()
    const { follower } = this.#parts
    for (const closing of await Promise.allSettled([follower.close(), this.#parts.closeTexts()])) {
      if (closing.status === 'rejected') this.#error ??= toErrorShape(closing.reason)
    }
  }

  async #work(): Promise<void> {
    try {
      while (this.#isWoken) {
        this.#isWoken = false
        await this.#writeWaiting()
        while (await this.#parts.follower.readOn((record) => this.#accept(record), batchBytes, this.#endPosition)) {
          await this.#writeWaiting()
        }
        await this.#writeWaiting()
      }
      this.#error = null
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
      this.#cancelRetry = this.#parts.clock.wakeAfter(retryDelayMs, () => {
        this.#cancelRetry = null
        this.wake()
      })
    }
    this.#working = null
    this.#parts.onChanged()
  }

  #accept({ kind, connection, bytes }: FollowedRecord): void {
    if (kind === 'event') {
      this.#learn(connection, bytes)
      return
    }
    const dx = kind === 'received' ? 'Rx' : 'Tx'
    const { texts, settings } = this.#parts
    const isWanted = dx === 'Rx' ? settings.rx : settings.tx
    const text = texts.both ?? (dx === 'Rx' ? texts.rx : texts.tx)
    if (!isWanted || text === null) return
    const waiting = this.#waiting.get(text) ?? { pieces: [], byteCount: 0 }
    const record = boundRecordBytes(this.#templateOf(dx, connection), bytes)
    waiting.pieces.push(record)
    waiting.byteCount += record.length
    this.#waiting.set(text, waiting)
  }

  /** Most records are of the direction and connection of one of the two before them. */
  #templateOf(dx: 'Rx' | 'Tx', connection: number): BoundTemplate {
    const kept = this.#bound[dx]
    if (kept?.connection === connection) return kept.template
    const who = this.#remotes.get(connection) ?? '(None, None)'
    const template = bindTemplate(this.#parts.template, dx, who)
    this.#bound[dx] = { connection, template }
    return template
  }

  /** Connections come one after the other: only the present one and the one before can still have records. */
  #learn(connection: number, bytes: Uint8Array): void {
    const event = eventOf(bytes)
    if (event?.kind !== 'connected') return
    this.#remotes.set(connection, remotePairText(event.remote))
    this.#remotes.delete(connection - 2)
  }

  async #writeWaiting(): Promise<void> {
    for (const [text, { pieces, byteCount }] of this.#waiting) {
      await text.append(joined(pieces, byteCount))
      this.#waiting.delete(text)
      this.#recordCount += pieces.length
      this.#byteCount += byteCount
    }
  }

  #texts(): WireLogText[] {
    const { both, rx, tx } = this.#parts.texts
    return [both, rx, tx].filter((text) => text !== null)
  }
}

function joined(pieces: readonly Uint8Array[], byteCount: number): Uint8Array {
  const bytes = new Uint8Array(byteCount)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** Null when what stands there is no event any more. */
function eventOf(bytes: Uint8Array): ConnectionEvent | null {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as ConnectionEvent
  } catch {
    // The views of the capture show the damage where it is.
    return null
  }
}
