import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CaptureFilterInput } from '../../../src-main/contract/schemas/capture-filter.ts'
import type {
  CapturePlace,
  CaptureRow,
  CaptureTotals,
  CaptureViewName,
  CaptureWindow,
} from '../../../src-main/contract/schemas/capture.ts'
import { locateMessage, locateRow, type RecordPlace, type StreamPlace } from './row-locator.ts'
import { isFilterError } from './timeline-filter.ts'
import { RowWindow, type DrawnRows, type RowsLook, type RowsWanted, type RowWindowEffect } from './row-window.ts'

export type TrafficLink = Pick<Link, 'call' | 'subscribe'>

/** Bytes of each chunk or message that the timeline shows at most. */
const previewBytes = 256
/** A message is summed up from its first bytes; JSON says what it is within these. */
const messagePreviewBytes = 512

/** A place with the byte it stands for, where it is one: messages are found by their bytes. */
export interface RowPlace extends RecordPlace {
  readonly byte?: StreamPlace | null
}

/**
 * Shortest time between two looks at a growing capture. Nobody reads rows that change faster, and the page stays free for
 * the user; the first growth after a rest is shown at once. Text is dearer to lay out than columns.
 */
const growthIntervalsMs: Readonly<Record<CaptureViewName, number>> = {
  records: 50,
  messages: 60,
  stream: 50,
  text: 120,
}

/**
 * The rows of one capture as shown: asks the engine for the visible window only, and keeps the last rows drawn until
 * the new ones are there. Every getter is reactive. `start` begins; the function it returns ends it.
 */
export class TrafficWindow {
  readonly captureId: string
  readonly #link: TrafficLink
  readonly #window: RowWindow
  #drawn = $state.raw<DrawnRows | null>(null)
  #totalRows = $state(0)
  #error = $state.raw<ErrorShape | null>(null)
  #following = $state(true)
  #look = $state.raw<RowsLook>({ view: 'records', filter: null })
  /** Null until the rows of the present look are there. */
  #rowsWhenLeft: number | null = $state(null)
  #wakeTimer: ReturnType<typeof setTimeout> | null = null
  #growthTimer: ReturnType<typeof setTimeout> | null = null
  #grownTo: CaptureTotals | null = null
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #switches = 0
  #ended = false

  constructor(link: TrafficLink, captureId: string, view: CaptureViewName, following: boolean) {
    this.#link = link
    this.captureId = captureId
    this.#look = { view, filter: null }
    this.#window = new RowWindow(this.#look)
    this.#window.follow(following)
    this.#following = following
  }

  /** The rows on the screen, with their view; null until the first are there. */
  get drawn(): DrawnRows | null {
    return this.#drawn
  }

  /** Rows of the drawn view; while following it moves only together with `drawn`. */
  get totalRows(): number {
    return this.#totalRows
  }

  /** What was chosen to look at; `drawn.look` follows as soon as its rows are there. */
  get look(): RowsLook {
    return this.#look
  }

  get view(): CaptureViewName {
    return this.#look.view
  }

  /** The rows drawn are those of another look: what was chosen is not there yet. */
  get switching(): boolean {
    return this.#drawn !== null && this.#drawn.look !== this.#look
  }

  /** Rows that the filter leaves out, as far as is known. */
  get hiddenRowCount(): number {
    return this.#drawn?.hiddenRows ?? 0
  }

  get following(): boolean {
    return this.#following
  }

  /** Rows that came since the end was left. */
  get newRowCount(): number {
    return this.#following || this.#rowsWhenLeft === null ? 0 : Math.max(0, this.#totalRows - this.#rowsWhenLeft)
  }

  /** Why the last question to the engine failed. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Why the engine does not take the filter: it is to be told where the filter is set. */
  get filterError(): ErrorShape | null {
    return this.#look.filter !== null && this.#error !== null && isFilterError(this.#error.code) ? this.#error : null
  }

  start(): () => void {
    this.#ended = false
    const unsubscribe = this.#link.subscribe('capture.grew', this.captureId, ({ captureId, totals }) => {
      if (captureId === this.captureId) this.#grew(totals)
    })
    this.retry()
    return () => {
      this.#ended = true
      unsubscribe()
      if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer)
      if (this.#growthTimer !== null) clearTimeout(this.#growthTimer)
      this.#wakeTimer = this.#growthTimer = null
    }
  }

  /** The drawn row with this number; null when it is not at hand. */
  rowAt(row: number): CaptureRow | null {
    const drawn = this.#drawn
    return drawn?.look === this.#look ? (drawn.rows[row - drawn.firstRow] ?? null) : null
  }

  /** A row, asked for anew; null when there is none. */
  async read(row: number, look: RowsLook): Promise<CaptureRow | null> {
    const window = await this.#ask({ look, firstRow: row, rowCount: 1 }, messagePreviewBytes)
    return window.rows[0] ?? null
  }

  showRows(firstRow: number, rowCount: number): void {
    this.#run(this.#window.showRows(firstRow, rowCount))
  }

  follow(following: boolean): void {
    if (following === this.#following) return
    this.#rowsWhenLeft = this.#totalRows
    this.#run(this.#window.follow(following))
  }

  /** Messages end after silences of these lengths; to be told before their view is shown. */
  endAfterSilence(silencesMs: readonly number[]): void {
    this.#window.endAfterSilence(silencesMs)
  }

  retry(): void {
    this.#run(this.#window.retry())
  }

  /**
   * Changes what is looked at. `top` is the place that stays at the top edge, null to stay at the end. `located` is told the
   * number of its row before the rows are asked for; not at the end, nor when another switch came meanwhile.
   */
  async switchTo(look: RowsLook, top: RowPlace | null, located: (row: number) => void): Promise<void> {
    const mine = (this.#switches += 1)
    this.#look = look
    const row = top === null ? 0 : await this.#locateOrFirst(top, look)
    if (mine !== this.#switches || this.#ended) return
    this.#rowsWhenLeft = null
    if (top !== null) located(row)
    this.#run(this.#window.show(look, row))
  }

  /** Number of the row that holds a place; null when the filter hides it. */
  async locate(place: RowPlace, look: RowsLook): Promise<number | null> {
    const { view, filter } = look
    if (filter !== null) return await this.#locateFiltered(place, view, filter)
    if (view === 'records') return place.record
    const { byte = null } = place
    if (view === 'messages' && byte !== null) {
      const { row } = await this.#link.call('capture.locate', {
        captureId: this.captureId,
        view,
        place: { kind: 'byte', ...byte },
      })
      if (row !== null) return row
    }
    const { totalRows } = await this.#ask({ look, firstRow: 0, rowCount: 1 }, 0)
    let near: CaptureWindow | null = null
    const rowAt = async (row: number): Promise<CaptureRow | null> => {
      const known = near?.rows[row - near.firstRow]
      if (known !== undefined) return known
      // Where a message is looked for row after row, one question brings several.
      near = await this.#ask({ look, firstRow: row, rowCount: view === 'messages' ? 16 : 1 }, 0)
      return near.rows[0] ?? null
    }
    return view === 'messages'
      ? await locateMessage(place, byte, totalRows, rowAt)
      : await locateRow(place, totalRows, rowAt)
  }

  /** Number of the row of the present look at a place; null when there is none. */
  async rowOf(place: CapturePlace): Promise<number | null> {
    const { view, filter } = this.#look
    const filtered = filter === null ? {} : { filter }
    const { row } = await this.#link.call('capture.locate', { captureId: this.captureId, view, place, ...filtered })
    return row
  }

  async #locateFiltered(place: RowPlace, view: CaptureViewName, filter: CaptureFilterInput): Promise<number | null> {
    const { record, offsetInRecord, byte = null } = place
    const wanted =
      byte === null ? ({ kind: 'record', record, offsetInRecord } as const) : ({ kind: 'byte', ...byte } as const)
    const { captureId } = this
    const { row } = await this.#link.call('capture.locate', { captureId, view, filter, place: wanted })
    return row
  }

  #grew(totals: CaptureTotals): void {
    this.#grownTo = totals
    if (this.#growthTimer !== null) return
    const restMs = this.#lookedAtMs + growthIntervalsMs[this.#look.view] - performance.now()
    if (restMs <= 0) this.#lookAgain()
    else this.#growthTimer = setTimeout(() => this.#lookAgain(), restMs)
  }

  #lookAgain(): void {
    this.#growthTimer = null
    this.#lookedAtMs = performance.now()
    if (this.#grownTo !== null) this.#run(this.#window.grew(this.#grownTo))
  }

  async #locateOrFirst(place: RowPlace, look: RowsLook): Promise<number> {
    try {
      return (await this.locate(place, look)) ?? 0
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
      return 0
    }
  }

  #run(effects: readonly RowWindowEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'ask') void this.#answer(effect.ticket, effect.wanted)
      else this.#wakeAfter(effect.delayMs)
    }
    const window = this.#window
    if (window.drawn !== this.#drawn) this.#drawn = window.drawn
    this.#totalRows = window.totalRows
    this.#error = window.error
    this.#following = window.following
    // Lines that are only being counted were there before.
    const counting = this.#drawn?.complete === false
    const switched = this.#drawn?.look === window.look
    if ((this.#rowsWhenLeft === null && switched) || counting) {
      this.#rowsWhenLeft = this.#totalRows
    }
  }

  async #answer(ticket: number, wanted: RowsWanted): Promise<void> {
    let effects: readonly RowWindowEffect[]
    try {
      const bytes = wanted.look.view === 'messages' ? messagePreviewBytes : previewBytes
      effects = this.#window.answered(ticket, await this.#ask(wanted, bytes))
    } catch (thrown) {
      effects = this.#window.failed(ticket, toErrorShape(thrown))
    }
    if (!this.#ended) this.#run(effects)
  }

  #ask({ look: { view, filter }, ...wanted }: RowsWanted, previewBytes: number): Promise<CaptureWindow> {
    const filtered = filter === null ? {} : { filter }
    return this.#link.call('capture.window', { captureId: this.captureId, view, ...wanted, previewBytes, ...filtered })
  }

  #wakeAfter(delayMs: number): void {
    if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer)
    this.#wakeTimer = setTimeout(() => {
      this.#wakeTimer = null
      this.#run(this.#window.woken())
    }, delayMs)
  }
}
