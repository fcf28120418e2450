import type { Workbench } from '../../state/workbench.svelte.ts'
import { showsRows } from '../traffic/traffic-look.ts'
import type { TrafficView } from '../traffic/traffic-view.svelte.ts'
import type { TimeRange } from './chart-span.ts'

/** Keys that are pressed in a row change the timeline once. */
const settleMs = 200

/**
 * The stretch of time that was chosen in a chart: the times that the timeline is filtered by. While it is being dragged or
 * moved, what is drawn runs ahead of the timeline.
 */
export class ChartSelection {
  readonly #traffic: TrafficView
  readonly #workbench: Pick<Workbench, 'link' | 'attempt'>
  #draft = $state.raw<TimeRange | null>(null)
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(traffic: TrafficView, workbench: Pick<Workbench, 'link' | 'attempt'>) {
    this.#traffic = traffic
    this.#workbench = workbench
  }

  /** What is chosen; null when all times are shown. A filter that is open at one end is none of the chart's. */
  readonly range: TimeRange | null = $derived.by(() => this.#draft ?? this.#ofFilter())

  /** Draws another stretch; the timeline follows with `settle`, or soon. */
  draft(range: TimeRange | null, settlesSoon: boolean): void {
    this.#draft = range
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = settlesSoon ? setTimeout(() => void this.settle(), settleMs) : null
  }

  /** Shows the rows of what was drawn. */
  async settle(): Promise<void> {
    this.draft(this.#draft, false)
    const draft = this.#draft
    if (draft === null) return
    await this.#workbench.attempt(() => this.#traffic.setTimeScope(draft.fromNs, draft.toNs - 1))
    if (this.#draft === draft) this.#draft = null
  }

  /** Shows the rows of all times. */
  clear(): void {
    this.draft(null, false)
    if (this.range !== null) void this.#workbench.attempt(() => this.#traffic.setTimeScope(null, null))
  }

  /** Shows and selects the first row at or after this time; where there is none, the last one. */
  goTo(timeNs: number): void {
    void this.#workbench.attempt(() => this.#goTo(timeNs))
  }

  async #goTo(timeNs: number): Promise<void> {
    if (!showsRows(this.#traffic.look)) await this.#traffic.lookAt('timeline')
    const { captureId, look } = this.#traffic.rows
    const filter = look.filter === null ? {} : { filter: look.filter }
    const place = { kind: 'time', timeNs } as const
    const { row, totalRows } = await this.#workbench.link.call('capture.locate', {
      captureId,
      view: look.view,
      ...filter,
      place,
    })
    if (totalRows > 0) this.#traffic.goToRow(row ?? totalRows - 1)
  }

  /** Stops waiting. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #ofFilter(): TimeRange | null {
    const scope = this.#traffic.filter?.scope
    if (typeof scope?.fromNs !== 'number' || typeof scope.toNs !== 'number') return null
    return { fromNs: scope.fromNs, toNs: scope.toNs + 1 }
  }
}
