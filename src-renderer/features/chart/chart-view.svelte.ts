import { SvelteSet } from 'svelte/reactivity'
import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CaptureRates } from '../../../src-main/contract/schemas/capture-rates.ts'
import { longSpanNs, rangeOfSpan, type ChartSpan, type TimeRange } from './chart-span.ts'
import { linesOf, seriesOf, sumShown } from './chart-lines.ts'

/** A growing capture is asked about so often. */
const livePauseMs = 500
/** One that is still being counted. */
const countingPauseMs = 150
/** Intervals asked for where many connections come with them. */
const intervalsOfMany = 200
const manyConnections = 16

/**
 * The rates of one capture as a chart shows them. Asks while `start` holds, and only when something can have changed: while
 * the capture grows or is being counted, or when another stretch of time is wanted.
 */
export class ChartView {
  readonly #link: Pick<Link, 'call' | 'subscribe'>
  readonly #captureId: string
  readonly #isVisible: () => boolean
  #isLive = $state(false)
  #span = $state.raw<ChartSpan>({ kind: 'whole' })
  #spanIsChosen = false
  #rates = $state.raw<CaptureRates | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #lineKind = $state<'directions' | 'connections'>('directions')
  readonly hidden = new SvelteSet<number>()
  /** Number of the interval whose values are told; null when none is. */
  cursor = $state<number | null>(null)
  #intervalCount = 300
  #timer: ReturnType<typeof setTimeout> | null = null
  #asking = false
  #isStale = true
  #isStarted = false

  /** `isVisible` says whether anybody can see the chart now. */
  constructor(link: Pick<Link, 'call' | 'subscribe'>, captureId: string, isVisible: () => boolean) {
    this.#link = link
    this.#captureId = captureId
    this.#isVisible = isVisible
  }

  get rates(): CaptureRates | null {
    return this.#rates
  }

  /** Why the last question failed. */
  get error(): ErrorShape | null {
    return this.#error
  }

  get span(): ChartSpan {
    return this.#span
  }

  get isLive(): boolean {
    return this.#isLive
  }

  get lineKind(): 'directions' | 'connections' {
    return this.#lineKind
  }

  set lineKind(kind: 'directions' | 'connections') {
    this.#lineKind = kind
  }

  /** The times from edge to edge. */
  readonly range: TimeRange = $derived.by(() => rangeOfSpan(this.#span, this.#rates?.lastTimeNs ?? 0))
  readonly lines = $derived.by(() => (this.#rates === null ? [] : linesOf(this.#rates, this.hidden, this.#lineKind)))
  readonly shown = $derived.by(() => (this.#rates === null ? null : sumShown(this.#rates, this.hidden)))

  /** Begins asking; the function it returns ends it. */
  start(): () => void {
    this.#isStarted = true
    const unsubscribe = this.#link.subscribe('capture.grew', this.#captureId, ({ captureId }) => {
      if (captureId !== this.#captureId) return
      this.#isStale = true
      this.#plan()
    })
    void this.#ask()
    return () => {
      this.#isStarted = false
      unsubscribe()
      this.#forgetTimer()
    }
  }

  /** Whether the capture is being written. A live one opens on its last minute. */
  setLive(isLive: boolean): void {
    this.#isLive = isLive
    if (!this.#spanIsChosen) this.#span = isLive ? { kind: 'latest', lengthNs: longSpanNs } : { kind: 'whole' }
    else if (!isLive && this.#span.kind === 'latest') this.#span = { kind: 'whole' }
    this.#wantAnew()
  }

  show(span: ChartSpan): void {
    this.#span = span
    this.#spanIsChosen = true
    this.cursor = null
    this.#wantAnew()
  }

  /** What is shown stays where it is: a drag has begun. */
  holdStill(): void {
    if (this.#span.kind === 'latest') this.show({ kind: 'part', ...this.range })
  }

  /** The chart is so wide: more intervals would not be seen. */
  setWidth(widthPx: number): void {
    const intervalCount = Math.max(60, Math.min(1000, Math.round(widthPx)))
    if (intervalCount === this.#intervalCount) return
    this.#intervalCount = intervalCount
    this.#wantAnew()
  }

  toggle(connection: number): void {
    if (!this.hidden.delete(connection)) this.hidden.add(connection)
  }

  /** Draws every connection, or none: then those wanted can be switched on one by one. */
  showConnections(which: 'all' | 'none'): void {
    this.hidden.clear()
    if (which === 'none' && this.#rates !== null) {
      for (const { connection } of seriesOf(this.#rates)) this.hidden.add(connection)
    }
  }

  retry(): void {
    this.#error = null
    this.#wantAnew()
  }

  #wantAnew(): void {
    this.#isStale = true
    if (!this.#isStarted) return
    this.#forgetTimer()
    void this.#ask()
  }

  #plan(): void {
    if (!this.#isStarted || this.#timer !== null || this.#asking) return
    const moves = this.#isLive && this.#span.kind === 'latest'
    const isCounting = this.#rates?.complete === false
    if (this.#error !== null || (!this.#isStale && !moves && !isCounting)) return
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        void this.#ask()
      },
      isCounting ? countingPauseMs : livePauseMs,
    )
  }

  #forgetTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #ask(): Promise<void> {
    if (this.#asking || !this.#isStarted) return
    if (!this.#isVisible()) {
      this.#plan()
      return
    }
    this.#asking = true
    this.#isStale = false
    const span = this.#span
    try {
      const rates = await this.#link.call('capture.rates', this.#request(span))
      if (span === this.#span) this.#rates = rates
      this.#error = null
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
    } finally {
      this.#asking = false
    }
    if (span === this.#span) this.#plan()
    else void this.#ask()
  }

  #request(span: ChartSpan): { captureId: string; fromNs: number; toNs: number | null; intervalCount: number } {
    const { fromNs, toNs } = rangeOfSpan(span, this.#rates?.lastTimeNs ?? 0)
    const isMany = (this.#rates?.connections.length ?? 0) > manyConnections
    const intervalCount = isMany ? Math.min(intervalsOfMany, this.#intervalCount) : this.#intervalCount
    return { captureId: this.#captureId, fromNs, toNs: span.kind === 'part' ? toNs : null, intervalCount }
  }
}
