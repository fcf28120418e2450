import type { CaptureFilterInput } from '../../../src-main/contract/schemas/capture-filter.ts'
import {
  streamBytesPerRow,
  type CapturePlace,
  type CaptureRow,
  type CaptureViewName,
  type MessageRow,
} from '../../../src-main/contract/schemas/capture.ts'
import { rawInterpretation, type Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { AnchorRow } from './anchor-row.ts'
import { nothingFound, type FoundBytes, type FoundMarks } from './found-marks.ts'
import { inspectedPlace, type SoughtPlace } from './inspected-place.ts'
import { placeOfRow, type RecordPlace } from './row-locator.ts'
import { placeIn } from './row-place.ts'
import { RowPlacing } from './row-placing.ts'
import type { RowsLook } from './row-window.ts'
import { RowScroller } from './row-scroller.svelte.ts'
import { showsMessages, silencesMs } from './message-ends.ts'
import {
  bytesFrom,
  extendTo,
  moveCursor,
  singleCursor,
  type CursorMovement,
  type RowCursor,
  type RowRange,
} from './row-selection.ts'
import { isSameStretch, stretchOf, type SelectedStretch } from './selected-stretch.ts'
import { filtersNothing, withTimes } from './timeline-filter.ts'
import {
  isSamePlace,
  showsRows,
  type InspectedPlace,
  type PlacedRow,
  type RowLook,
  type TrafficLook,
} from './traffic-look.ts'
import { TrafficWindow, type RowPlace, type TrafficLink } from './traffic-window.svelte.ts'

/**
 * The traffic of a capture as one thing to look at: rows, scrolling, following and what is selected. The component
 * tells sizes and gestures; everything it draws is read here.
 */
export class TrafficView {
  readonly rows: TrafficWindow
  readonly #link: TrafficLink
  #look: TrafficLook = $state('timeline')
  #lookIsChosen = false
  #interpretation = $state.raw<Interpretation>(rawInterpretation)
  readonly scroller = new RowScroller()
  #selection = $state.raw<RowRange | null>(null)
  #inspected = $state.raw<InspectedPlace | null>(null)
  #stretch = $state.raw<SelectedStretch | null>(null)
  readonly #anchorRow: AnchorRow
  /** Keys pressed before the rows they are meant for were there. */
  readonly #heldMoves: { readonly movement: CursorMovement; readonly extend: boolean }[] = []
  /** A look was chosen whose rows cannot be asked for yet. */
  #isPlacing = false
  #sought: SoughtPlace | null = null
  #found = $state.raw<FoundMarks>(nothingFound)
  readonly #placing = new RowPlacing()
  #switches = 0
  #seeks = 0
  /** The row on top of the rows that are being switched to: it counts once they are drawn. */
  #pendingTop: number | null = null
  #filter = $state.raw<CaptureFilterInput | null>(null)

  /** Several connections live at once, as with a server: each row says which it belongs to. */
  readonly showsConnections: boolean

  constructor(
    link: TrafficLink,
    captureId: string,
    options: { view: CaptureViewName; following: boolean; showsConnections?: boolean },
  ) {
    this.#link = link
    this.showsConnections = options.showsConnections ?? false
    this.#look = options.view === 'stream' || options.view === 'text' ? options.view : 'timeline'
    const view = this.#look === 'timeline' ? 'records' : options.view
    this.rows = new TrafficWindow(link, captureId, view, options.following)
    this.#anchorRow = new AnchorRow(this.rows, () => this.#inspect())
  }

  /** It was turned from the look it opened with, or to that. */
  get lookIsChosen(): boolean {
    return this.#lookIsChosen
  }

  /** The way to look that was chosen. */
  get look(): TrafficLook {
    return this.#look
  }

  /** How the capture is cut into messages and read. */
  get interpretation(): Interpretation {
    return this.#interpretation
  }

  get drawnView(): CaptureViewName {
    return this.rows.drawn?.view ?? this.rows.view
  }

  /** What is selected in the present view. */
  get selection(): RowRange | null {
    return this.#selection
  }

  /** What is selected over several rows; null where it is no stretch of one direction. */
  get selectedStretch(): SelectedStretch | null {
    return this.#selection === null ? null : this.#stretch
  }

  get selectsBytes(): boolean {
    return this.drawnView === 'stream'
  }

  /** The place chosen last; it stays when the view changes. */
  get inspected(): InspectedPlace | null {
    return this.#inspected
  }

  /** The rows in view. When those wanted are not there yet, the rows before stay where they were. */
  readonly placedRows: readonly PlacedRow[] = $derived.by(() => {
    const { topPx, rowHeightPx, viewportPx } = this.scroller
    return this.#placing.place(this.rows.drawn, this.rows.totalRows, { topPx, rowHeightPx, viewportPx })
  })

  /** To be run whenever sizes or drawn rows change: keeps the end or the top, and asks for what is in view. */
  settle(): void {
    if (this.rows.switching) return
    const pending = this.#pendingTop
    this.#pendingTop = null
    if (pending !== null) this.scroller.moveToRow(pending)
    this.#pull()
    if (this.#selection !== null) this.#inspect()
    if (this.#hasRows) for (const { movement, extend } of this.#heldMoves.splice(0)) this.move(movement, extend)
  }

  /** The rows wanted are those drawn. */
  get #hasRows(): boolean {
    return !this.#isPlacing && !this.rows.switching && this.rows.drawn !== null
  }

  /** The user scrolled by this much. Upwards leaves the end; reaching the end again follows it. */
  userScrolled(movedPx: number): void {
    if (movedPx < 0 && this.rows.following && !this.scroller.atEnd) this.rows.follow(false)
    else if (movedPx > 0 && !this.rows.following && this.scroller.atEnd) this.rows.follow(true)
    this.#pull()
  }

  follow(following: boolean): void {
    this.rows.follow(following)
    this.#pull()
  }

  async lookAt(look: TrafficLook): Promise<void> {
    const before = this.#look
    this.#look = look
    this.#lookIsChosen = true
    if (!showsRows(look)) {
      // Nobody sees the rows: none are asked for until they are shown again.
      this.rows.showRows(this.scroller.firstVisibleRow, 0)
      return
    }
    if (!showsRows(before)) this.#pull()
    const view = this.#viewOf(look)
    if (view !== this.rows.view) await this.#switchView(view)
  }

  /** Takes the interpretation kept with the capture; rows of messages form anew when their framing is another. */
  async interpret(interpretation: Interpretation): Promise<void> {
    const framings = ({ sent, received }: Interpretation): string => JSON.stringify([sent.framing, received.framing])
    const viewBefore = this.#viewOf('timeline')
    const reframed = framings(interpretation) !== framings(this.#interpretation)
    this.#interpretation = interpretation
    this.rows.endAfterSilence(silencesMs(interpretation))
    if (!reframed && this.#viewOf('timeline') === viewBefore) return
    if (this.#look === 'stream' || this.#look === 'text') return
    await this.#switchView(this.#viewOf('timeline'))
  }

  /** What the rows of the timeline are filtered by; null when all are shown. The stream and the text show every byte. */
  get filter(): CaptureFilterInput | null {
    return this.#filter
  }

  /** True while the rows wanted are filtered. */
  get isFiltered(): boolean {
    return this.rows.look.filter !== null
  }

  /**
   * Shows only those rows in the timeline; all when null. The row on top stays there, or the next one that is shown; while
   * the end is followed, the end stays.
   */
  async setFilter(filter: CaptureFilterInput | null): Promise<void> {
    const wanted = filter === null || filtersNothing(filter) ? null : filter
    if (JSON.stringify(wanted) === JSON.stringify(this.#filter)) return
    this.#filter = wanted
    if (this.#look === 'stream' || this.#look === 'text') return
    await this.#switchView(this.#viewOf('timeline'))
  }

  /**
   * Shows the timeline of a stretch of time, both ends included, in nanoseconds since the capture began; null where it is
   * open. What else is filtered stays.
   */
  async setTimeScope(fromNs: number | null, toNs: number | null): Promise<void> {
    if (this.#look !== 'timeline') await this.lookAt('timeline')
    await this.setFilter(withTimes(this.#filter, fromNs, toNs))
  }

  #viewOf(look: RowLook): CaptureViewName {
    if (look !== 'timeline') return look
    return showsMessages(this.#interpretation) ? 'messages' : 'records'
  }

  async #switchView(view: CaptureViewName): Promise<void> {
    const top = this.rows.following ? null : this.#topRow()
    const selected = this.#selection === null ? null : this.rows.rowAt(this.#selection.focus.row)
    const inspected = this.#inspected
    const mine = (this.#switches += 1)
    const look: RowsLook = { view, filter: view === 'records' || view === 'messages' ? this.#filter : null }
    this.#selection = null
    this.#sought = null
    this.#heldMoves.length = 0
    if (inspected?.message !== undefined) this.#inspected = null
    this.#isPlacing = true
    const topPlace = this.rows.following ? null : await placeIn(this.#link, this.rows.captureId, view, top, null)
    if (mine !== this.#switches) return
    this.#isPlacing = false
    // What was selected meanwhile are rows of the look before.
    this.#selection = null
    await this.rows.switchTo(look, topPlace, (row) => (this.#pendingTop = row))
    if (inspected === null) return
    const place = await placeIn(
      this.#link,
      this.rows.captureId,
      view,
      inspected.message ?? selected,
      inspected.message ? null : inspected,
    )
    if (mine === this.#switches) await this.#selectPlace(look, place)
  }

  /** Shows a message to the inspector that was chosen elsewhere than among the rows. */
  inspectMessage(message: MessageRow): void {
    this.#selection = null
    this.#inspected = { record: message.record, offsetInRecord: 0, selectedBytes: 0, message }
  }

  /** Selects a row or byte, or extends the selection to it, and shows it to the inspector. */
  select(cursor: RowCursor, extend: boolean): void {
    this.#sought = null
    this.#selection = extend ? extendTo(this.#selection, cursor) : singleCursor(cursor.row, cursor.byte)
    this.#inspect()
  }

  /** Moves the selection by key; it is brought into view and the end is left. */
  move(movement: CursorMovement, extend: boolean): void {
    if (!this.#hasRows) {
      this.#heldMoves.push({ movement, extend })
      return
    }
    const totalRows = this.rows.totalRows
    if (totalRows === 0) return
    const from = this.#selection?.focus ?? { row: this.scroller.firstVisibleRow, byte: 0 }
    const bounds = { totalRows, pageRows: this.scroller.pageRows, bytesIn: (row: number) => this.#bytesIn(row) }
    // Where nothing is selected, a step selects what is in view; only the ends are gone to at once.
    const stays = this.#selection === null && movement !== 'first' && movement !== 'last'
    const cursor = stays ? from : moveCursor(from, movement, bounds)
    if (cursor.row < totalRows - 1) this.rows.follow(false)
    this.select(cursor, extend)
    this.scroller.reveal(cursor.row)
    this.#pull()
  }

  /** Shows and selects the row that holds a place; false when the filter hides it. */
  async goTo(place: RowPlace): Promise<boolean> {
    const row = await this.rows.locate(place, this.rows.look)
    if (row === null) return false
    this.goToRow(row, this.rows.view === 'stream' ? place.offsetInRecord % 16 : 0)
    this.#sought = { ...place, length: 0 }
    this.#inspect()
    return true
  }

  /** Shows and selects the row of a time or a message; false when there is none. Errors: those of `capture.locate`. */
  async goToPlace(place: CapturePlace): Promise<boolean> {
    const row = await this.rows.rowOf(place)
    if (row !== null) this.goToRow(row)
    return row !== null
  }

  /**
   * Shows and selects bytes in the present view, in the timeline the row in which they begin; from a look without rows it
   * turns to the timeline. False when the filter hides that row. Errors: those of `capture.window` and `capture.read`.
   */
  async goToBytes(found: FoundBytes): Promise<boolean> {
    if (!showsRows(this.#look)) await this.lookAt('timeline')
    const { record, offsetInRecord, direction, streamOffset } = found
    const mine = (this.#seeks += 1)
    const { look } = this.rows
    const place = { record, offsetInRecord, byte: { direction, streamOffset } }
    const row = await this.rows.locate(place, look)
    if (mine !== this.#seeks || this.rows.look !== look) return true
    if (row === null) return false
    // A match may go on in a later chunk: bytes are selected as far as they stand in this one.
    const { row: chunk } = await this.#link.call('capture.read', { captureId: this.rows.captureId, record, length: 0 })
    if (mine !== this.#seeks || this.rows.look !== look) return true
    const inChunk = chunk.kind === 'data' ? Math.min(found.length, chunk.length - offsetInRecord) : 0
    const isStream = look.view === 'stream'
    const firstByte = isStream ? offsetInRecord % streamBytesPerRow : 0
    this.goToRow(row, firstByte)
    if (isStream && inChunk > 1) this.#selection = bytesFrom({ row, byte: firstByte }, inChunk)
    this.#sought = { ...place, length: look.view === 'messages' ? found.length : inChunk }
    this.#inspect()
    return true
  }

  /** Where a search goes on from: what is selected, else the first row in view. */
  get placeInView(): RecordPlace {
    const inspected = this.#selection === null ? null : this.#inspected
    if (inspected !== null && inspected.message === undefined) {
      return { record: inspected.record, offsetInRecord: inspected.offsetInRecord }
    }
    const row = (this.#selection && this.rows.rowAt(this.#selection.focus.row)) ?? this.#topRow()
    return row === null ? { record: 0, offsetInRecord: 0 } : placeOfRow(row)
  }

  /** Bytes that a search found, to be marked where they are in view. */
  get found(): FoundMarks {
    return this.#found
  }

  markFound(places: readonly FoundBytes[], current: FoundBytes | null): void {
    if (places.length > 0 || current !== null || this.#found !== nothingFound) this.#found = { places, current }
  }

  /** What stands above the rows has grown by so much: rows that do not follow the end stay where they are on the screen. */
  keepInPlace(grownPx: number): void {
    if (this.rows.following) return
    this.scroller.moveBy(grownPx)
    this.#pull()
  }

  goToRow(row: number, byte = 0): void {
    this.rows.follow(false)
    this.scroller.moveToRow(Math.max(0, row - Math.floor(this.scroller.pageRows / 3)))
    this.#pull()
    this.select({ row, byte }, false)
  }

  #pull(): void {
    if (this.rows.switching) return
    if (this.rows.following) this.scroller.moveToEnd()
    this.rows.showRows(this.scroller.firstVisibleRow, this.scroller.visibleRowCount)
  }

  #inspect(shown: CaptureRow | null = null): void {
    const selection = this.#selection
    if (selection === null) return
    const row = shown ?? this.rows.rowAt(selection.focus.row)
    if (row === null) return
    const anchor = selection.anchor.row === selection.focus.row ? row : this.#anchorRow.at(selection.anchor.row)
    const rowAt = (at: number): CaptureRow | null => (at === selection.anchor.row ? anchor : row)
    const stretch = stretchOf(selection, rowAt, this.selectsBytes, this.showsConnections)
    if (!isSameStretch(stretch, this.#stretch)) this.#stretch = stretch
    const place = inspectedPlace(row, anchor, selection, this.#sought, this.selectsBytes)
    if (!isSamePlace(this.#inspected, place)) this.#inspected = place
  }

  #bytesIn(row: number): number {
    if (!this.selectsBytes) return 1
    const found = this.rows.rowAt(row)
    return found?.kind === 'bytes' ? Math.max(1, found.bytes.length) : 16
  }

  #topRow(): CaptureRow | null {
    const first = this.placedRows[0]
    return first === undefined ? null : this.rows.rowAt(first.number)
  }

  async #selectPlace(look: RowsLook, place: RowPlace): Promise<void> {
    try {
      const row = await this.rows.locate(place, look)
      if (row === null) return
      const found = await this.rows.read(row, look)
      if (this.rows.look !== look || this.#selection !== null || found === null) return
      if (found.record !== place.record && found.kind !== 'message') return
      const byte = look.view === 'stream' ? place.offsetInRecord % 16 : 0
      this.#selection = singleCursor(row, byte)
      if (this.#inspected === null || look.view === 'messages') this.#inspect(found)
    } catch {
      // Without its row the selection is simply not marked; the inspector keeps the place.
      this.#selection = null
    }
  }
}
