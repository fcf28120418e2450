import type { CaptureStore } from '../../capture/capture-store.ts'
import { limitedGraceMs } from '../../capture/capture-trash.ts'
import { toErrorShape, WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { CaptureLimits, LimitedCapture } from '../../contract/schemas/capture-keeping.ts'
import type { CaptureSummary } from '../../contract/schemas/capture.ts'
import type { JobService } from '../jobs/job-service.ts'
import type { Clock, SettingsService } from '../ports.ts'
import { beyondLimits } from './beyond-limits.ts'

/** What limits removed may take so much of the limit by size while it waits in the trash. */
const trashShareOfLimit = 0.1

export interface LimitKeeperOptions {
  readonly captures: Pick<CaptureStore, 'list' | 'remove' | 'sweepTrash'>
  readonly jobs: Pick<JobService, 'list'>
  readonly settings: Pick<SettingsService, 'read' | 'onChanged'>
  readonly events: EventHub
  readonly clock: Clock
}

/**
 * Keeps no more captures than the settings say: looks when it begins, after a capture was closed, after the limits were
 * changed, and after a job has ended whose capture had to stay for it. What it removes waits in the trash and is told by
 * `capture.limited`.
 */
export class LimitKeeper {
  readonly #options: LimitKeeperOptions
  /** Brought back by a person: they stay until the limits are changed. */
  readonly #spared = new Set<string>()
  /** Beyond the limits, and still read by jobs. */
  readonly #passedOver = new Set<string>()
  #limits: CaptureLimits | null = null
  /** Closed captures as of the last list. */
  #closed: ReadonlySet<string> = new Set()
  #working: Promise<void> | null = null
  #isWanted = false
  #isClosed = false
  #cancelSweep: (() => void) | null = null
  #unsubscribes: (() => void)[] = []

  constructor(options: LimitKeeperOptions) {
    this.#options = options
  }

  /** Begins to keep the limits. */
  begin(): void {
    const { events, settings } = this.#options
    this.#unsubscribes = [
      events.subscribe('capture.list-changed', null, (list) => this.#look(list)),
      events.subscribe('job.changed', null, ({ captureId, state }) => {
        if (state !== 'running' && captureId !== null && this.#passedOver.has(captureId)) this.#apply()
      }),
      settings.onChanged(({ captureLimits }) => {
        if (JSON.stringify(captureLimits) === JSON.stringify(this.#limits)) return
        this.#spared.clear()
        this.#apply()
      }),
    ]
    this.#apply()
  }

  /** A person brought the capture back: no limit takes it away again. */
  spare(captureId: string): void {
    this.#spared.add(captureId)
  }

  /** Which captures the limits would remove now, those of the settings when null. Errors: `file-unreadable`. */
  async beyond(limits: CaptureLimits | null): Promise<LimitedCapture[]> {
    const asked = limits ?? (await this.#options.settings.read()).captureLimits
    return this.#beyond(await this.#options.captures.list(), asked, limits !== null)
  }

  /** Waits for the removal under way; no other follows. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    this.#cancelSweep?.()
    await this.#working
  }

  #beyond(list: readonly CaptureSummary[], limits: CaptureLimits, isAfresh: boolean): LimitedCapture[] {
    const judged = list.filter(({ captureId }) => isAfresh || !this.#spared.has(captureId))
    return beyondLimits(judged, limits, this.#options.clock.unixMicroseconds())
  }

  #look(list: readonly CaptureSummary[]): void {
    const closed = closedOf(list)
    const isNew = [...closed].some((captureId) => !this.#closed.has(captureId) && !this.#spared.has(captureId))
    this.#closed = closed
    if (isNew) this.#apply()
  }

  /** One look after the other; those asked for meanwhile are one more. */
  #apply(): void {
    this.#isWanted = true
    if (this.#isClosed) return
    this.#working ??= this.#work().finally(() => {
      this.#working = null
    })
  }

  async #work(): Promise<void> {
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false
      try {
        const limits = (await this.#options.settings.read()).captureLimits
        this.#limits = limits
        const list = await this.#options.captures.list()
        this.#closed = closedOf(list)
        await this.#removeAll(this.#beyond(list, limits, false))
        await this.#sweep()
      } catch (thrown) {
        this.#tell(thrown)
      }
    }
  }

  async #removeAll(beyond: readonly LimitedCapture[]): Promise<void> {
    const removed: LimitedCapture[] = []
    this.#passedOver.clear()
    try {
      for (const capture of beyond) {
        if (this.#isReadByJob(capture)) this.#passedOver.add(capture.captureId)
        else if (await this.#remove(capture)) removed.push(capture)
      }
    } finally {
      if (removed.length > 0) this.#options.events.publish('capture.limited', { captures: removed })
    }
  }

  /** An export that somebody waits for would fail in its middle. */
  #isReadByJob({ captureId }: LimitedCapture): boolean {
    return this.#options.jobs.list().some((job) => job.state === 'running' && job.captureId === captureId)
  }

  async #remove({ captureId }: LimitedCapture): Promise<boolean> {
    try {
      await this.#options.captures.remove(captureId, 'limit')
      return true
    } catch (error) {
      // Written again by another Wirebench, or removed by one: no limit is concerned any more.
      if (error instanceof WirebenchError && ['capture-in-use', 'capture-not-found'].includes(error.code)) return false
      throw error
    }
  }

  /** Frees what waited long enough, and looks again as long as something waits. */
  async #sweep(): Promise<void> {
    const { captures, clock } = this.#options
    const { maximumTotalBytes = null } = this.#limits ?? {}
    const share = maximumTotalBytes === null ? Number.POSITIVE_INFINITY : maximumTotalBytes * trashShareOfLimit
    const waiting = await captures.sweepTrash(share)
    this.#cancelSweep?.()
    this.#cancelSweep = null
    if (waiting === 0 || this.#isClosed) return
    this.#cancelSweep = clock.wakeAfter(limitedGraceMs + 1000, () => {
      this.#cancelSweep = null
      this.#apply()
    })
  }

  #tell(thrown: unknown): void {
    const error = toErrorShape(thrown)
    this.#options.events.publish('host.notice', { level: 'error', message: error.message, error, captureId: null })
  }
}

const closedOf = (list: readonly CaptureSummary[]): ReadonlySet<string> =>
  new Set(list.filter(({ live }) => !live).map(({ captureId }) => captureId))
