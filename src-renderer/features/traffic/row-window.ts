import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CaptureFilterInput } from '../../../src-main/contract/schemas/capture-filter.ts'
import {
  maximumWindowRows,
  type CaptureTotals,
  type CaptureViewName,
  type CaptureWindow,
} from '../../../src-main/contract/schemas/capture.ts'

/** Rows asked for beyond each edge of the visible ones, so that small movements need no round trip. */
export const marginRows = 30

/** How soon a view that is still being counted is asked for again. */
export const recountDelayMs = 250

/** The engine's clock and a timer of the page may differ by that much. */
const silenceMarginMs = 5

/** Which rows are looked at. Another object, even an equal one, means rows that are cut or chosen anew. */
export interface RowsLook {
  readonly view: CaptureViewName
  /** Only these rows of the `records` and `messages` views; all when null. */
  readonly filter: CaptureFilterInput | null
}

/** The rows on the screen: they stay until newer ones have arrived. */
export interface DrawnRows extends CaptureWindow {
  readonly look: RowsLook
}

export interface RowsWanted {
  readonly look: RowsLook
  readonly firstRow: number | 'end'
  readonly rowCount: number
}

export type RowWindowEffect =
  | { readonly kind: 'ask'; readonly ticket: number; readonly wanted: RowsWanted }
  | { readonly kind: 'wake-after'; readonly delayMs: number }

/**
 * Decides which rows of a capture to ask for. Rules:
 * 1. At most one question is under way; of what is wanted meanwhile only the newest counts.
 * 2. What is drawn stays until an answer replaces it; an answer to a question given up is ignored.
 * 3. Captures only grow: rows that are there are not asked for again, except in the `text` view, whose last row grows,
 *    and the `messages` view and filtered rows, whose number no totals tell.
 * 4. While following, every growth asks for the end; `totalRows` then moves with the rows drawn, never before.
 * 5. After a failure nothing is asked until the user moves or retries.
 * 6. Messages that end by silence are asked for once more after each silence: nothing else tells that they ended.
 */
export class RowWindow {
  #look: RowsLook
  #firstVisibleRow = 0
  #visibleRowCount = 0
  #following = true
  #drawn: DrawnRows | null = null
  #knownRows = 0
  #textBytes = 0
  #recordCount = 0
  #stale = true
  #error: ErrorShape | null = null
  #underWay: { readonly ticket: number; readonly wanted: RowsWanted } | null = null
  #lastTicket = 0
  #silencesMs: readonly number[] = []
  /** Those that may still end a message since the last growth. */
  #silencesLeft: readonly number[] = []
  #waitedMs = 0

  constructor(look: RowsLook) {
    this.#look = look
  }

  /** What is asked for; `drawn.look` follows once its rows are there. */
  get look(): RowsLook {
    return this.#look
  }

  get drawn(): DrawnRows | null {
    return this.#drawn
  }

  get following(): boolean {
    return this.#following
  }

  /** Why the last question failed, until the next is asked. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Rows of the drawn view, for the length of the scroll bar. */
  get totalRows(): number {
    if (this.#drawn === null) return 0
    return this.#following || this.#drawn.look !== this.#look
      ? this.#drawn.totalRows
      : Math.max(this.#knownRows, this.#drawn.totalRows)
  }

  /** Changes which rows are looked at: their end when following, else with the given row on top. */
  show(look: RowsLook, firstRow: number): readonly RowWindowEffect[] {
    this.#look = look
    this.#firstVisibleRow = firstRow
    this.#knownRows = 0
    this.#underWay = null
    this.#error = null
    this.#stale = true
    this.#awaitSilence()
    return this.#next()
  }

  /** Messages of the `messages` view end after silences of these lengths; none when only bytes end them. */
  endAfterSilence(silencesMs: readonly number[]): void {
    this.#silencesMs = [...new Set(silencesMs)].sort((one, other) => one - other)
    this.#awaitSilence()
  }

  showRows(firstRow: number, rowCount: number): readonly RowWindowEffect[] {
    if (firstRow !== this.#firstVisibleRow || rowCount !== this.#visibleRowCount) this.#error = null
    this.#firstVisibleRow = firstRow
    this.#visibleRowCount = rowCount
    return this.#next()
  }

  /** Follows the end, or stops at the rows that `showRows` names next. */
  follow(following: boolean): readonly RowWindowEffect[] {
    if (following && !this.#following) this.#stale = true
    this.#following = following
    if (!following) return []
    this.#error = null
    return this.#next()
  }

  grew(totals: CaptureTotals): readonly RowWindowEffect[] {
    const textBytes = totals.sentBytes + totals.receivedBytes
    const { view } = this.#look
    if (view === 'text') this.#stale ||= textBytes !== this.#textBytes
    else if (this.#countIsUntold) {
      if (totals.recordCount !== this.#recordCount) this.#awaitSilence()
      this.#stale ||= totals.recordCount !== this.#recordCount
    } else {
      const rows = view === 'records' ? totals.recordCount : totals.streamRowCount
      this.#stale ||= rows > Math.max(this.#knownRows, this.#drawn?.totalRows ?? 0)
      this.#knownRows = Math.max(this.#knownRows, rows)
    }
    this.#textBytes = textBytes
    this.#recordCount = totals.recordCount
    return this.#next()
  }

  retry(): readonly RowWindowEffect[] {
    this.#error = null
    this.#stale = true
    return this.#next()
  }

  /** The time of a `wake-after` has passed. */
  woken(): readonly RowWindowEffect[] {
    this.#stale ||= this.#look.view === 'messages' || this.#drawn?.complete === false
    return this.#next()
  }

  answered(ticket: number, window: CaptureWindow): readonly RowWindowEffect[] {
    const asked = this.#underWay
    if (asked?.ticket !== ticket) return []
    this.#underWay = null
    this.#drawn = { ...window, look: asked.wanted.look }
    this.#knownRows = Math.max(this.#knownRows, window.totalRows)
    const effects = this.#next(asked.wanted)
    if (effects.length > 0) return effects
    return window.complete ? this.#nextSilence() : [{ kind: 'wake-after', delayMs: recountDelayMs }]
  }

  failed(ticket: number, error: ErrorShape): readonly RowWindowEffect[] {
    if (this.#underWay?.ticket !== ticket) return []
    this.#underWay = null
    this.#error = error
    return []
  }

  /** No totals tell how many rows there are. */
  get #countIsUntold(): boolean {
    return this.#look.view === 'messages' || this.#look.filter !== null
  }

  #awaitSilence(): void {
    this.#silencesLeft = this.#silencesMs
    this.#waitedMs = 0
  }

  #nextSilence(): readonly RowWindowEffect[] {
    const [silenceMs, ...left] = this.#silencesLeft
    if (silenceMs === undefined || this.#look.view !== 'messages') return []
    this.#silencesLeft = left
    const delayMs = Math.ceil(silenceMs - this.#waitedMs) + silenceMarginMs
    this.#waitedMs = silenceMs
    return [{ kind: 'wake-after', delayMs }]
  }

  /** Asks when something is needed. `justAnswered` is not asked a second time without news. */
  #next(justAnswered: RowsWanted | null = null): readonly RowWindowEffect[] {
    if (this.#underWay !== null || this.#error !== null || this.#visibleRowCount === 0) return []
    const wanted = this.#following ? this.#endWanted() : this.#rowsWanted()
    if (wanted === null || (!this.#stale && sameRows(wanted, justAnswered))) return []
    this.#stale = false
    this.#lastTicket += 1
    this.#underWay = { ticket: this.#lastTicket, wanted }
    return [{ kind: 'ask', ticket: this.#lastTicket, wanted }]
  }

  #endWanted(): RowsWanted | null {
    if (!this.#stale && this.#drawn?.look === this.#look && this.#coversEnd(this.#drawn)) return null
    return {
      look: this.#look,
      firstRow: 'end',
      rowCount: Math.min(maximumWindowRows, this.#visibleRowCount + marginRows),
    }
  }

  #coversEnd(drawn: DrawnRows): boolean {
    const end = drawn.firstRow + drawn.rows.length
    return end >= drawn.totalRows && drawn.rows.length >= Math.min(this.#visibleRowCount, drawn.totalRows)
  }

  #rowsWanted(): RowsWanted | null {
    const drawn = this.#drawn
    if (drawn?.look === this.#look && this.#covers(drawn)) {
      if (!this.#stale || (this.#look.view !== 'text' && !this.#countIsUntold)) return null
    }
    const firstRow = Math.max(0, this.#firstVisibleRow - marginRows)
    const rowCount = Math.min(maximumWindowRows, this.#visibleRowCount + 2 * marginRows)
    return { look: this.#look, firstRow, rowCount }
  }

  #covers(drawn: DrawnRows): boolean {
    const knownRows = Math.max(this.#knownRows, drawn.totalRows)
    const lastWanted = Math.min(knownRows, this.#firstVisibleRow + this.#visibleRowCount)
    return drawn.firstRow <= this.#firstVisibleRow && drawn.firstRow + drawn.rows.length >= lastWanted
  }
}

function sameRows(left: RowsWanted, right: RowsWanted | null): boolean {
  return left.look === right?.look && left.firstRow === right.firstRow && left.rowCount === right.rowCount
}
