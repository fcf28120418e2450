import { SvelteMap } from 'svelte/reactivity'
import type { Link } from '../../src-main/contract/connect.ts'
import type { TrashedCapture, CaptureLimits, LimitedCapture } from '../../src-main/contract/schemas/capture-keeping.ts'
import type { CaptureSummary, CaptureTotals } from '../../src-main/contract/schemas/capture.ts'
import type { InterpretationInput } from '../../src-main/contract/schemas/interpretation.ts'

/** What the tab of all captures shows. */
export type CapturesPart = 'captures' | 'trash'

/** All captures of the data folder and their live totals: the one truth about how much is on disk. */
export class CaptureStore {
  readonly #link: Link
  #list = $state.raw<readonly CaptureSummary[]>([])
  /** What the tab of all captures shows now. */
  part = $state<CapturesPart>('captures')
  readonly #grown = new SvelteMap<string, CaptureTotals>()
  #changes = 0
  readonly #unsubscribes: (() => void)[] = []

  constructor(link: Link) {
    this.#link = link
  }

  /** Newest first. `totals` in here are as of the last change of the list; see `totalsOf`. */
  get list(): readonly CaptureSummary[] {
    return this.#list
  }

  find(captureId: string): CaptureSummary | null {
    return this.#list.find((capture) => capture.captureId === captureId) ?? null
  }

  /** The newest totals known; null for a capture never heard of. */
  totalsOf(captureId: string): CaptureTotals | null {
    return this.#grown.get(captureId) ?? this.find(captureId)?.totals ?? null
  }

  async start(): Promise<void> {
    const changesBefore = this.#changes
    this.#unsubscribes.push(
      this.#link.subscribe('capture.list-changed', null, (list) => this.#take(list)),
      this.#link.subscribe('capture.grew', null, ({ captureId, totals }) => this.#grown.set(captureId, totals)),
    )
    const list = await this.#link.call('capture.list', {})
    if (this.#changes === changesBefore) this.#take(list)
  }

  /** Opens a kept capture for reading; the summary tells what was mended. */
  async open(captureId: string): Promise<CaptureSummary> {
    const summary = await this.#link.call('capture.open', { captureId })
    this.#replace(summary)
    return summary
  }

  /** Sets how a capture is cut into messages and read, for all windows. */
  async interpret(captureId: string, interpretation: InterpretationInput): Promise<void> {
    this.#replace(await this.#link.call('capture.interpret', { captureId, interpretation }))
  }

  async rename(captureId: string, name: string): Promise<void> {
    this.#replace(await this.#link.call('capture.rename', { captureId, name }))
  }

  /** Keeps notes and tags; what is left out stays. */
  async annotate(captureId: string, change: { notes?: string; tags?: string[] }): Promise<void> {
    this.#replace(await this.#link.call('capture.annotate', { captureId, ...change }))
  }

  /** Makes the index anew from the data file. */
  async rebuildIndex(captureId: string): Promise<void> {
    this.#replace(await this.#link.call('capture.rebuild-index', { captureId }))
  }

  /** Opens a capture file where it lies on the engine's machine. */
  async openFile(path: string): Promise<CaptureSummary> {
    const summary = await this.#link.call('capture.open-file', { path })
    this.#replace(summary)
    return summary
  }

  trash(): Promise<readonly TrashedCapture[]> {
    return this.#link.call('capture.trash', {})
  }

  /** Deletes for good, all when null; answers the bytes that are free now. */
  async emptyTrash(captureIds: string[] | null): Promise<number> {
    return (await this.#link.call('capture.empty-trash', { captureIds })).freedBytes
  }

  /** What limits would remove. */
  beyondLimits(limits: CaptureLimits): Promise<readonly LimitedCapture[]> {
    return this.#link.call('capture.beyond-limits', { limits })
  }

  async remove(captureId: string): Promise<void> {
    await this.#link.call('capture.remove', { captureId })
  }

  async restore(captureId: string): Promise<void> {
    await this.#link.call('capture.restore', { captureId })
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe()
  }

  #take(list: readonly CaptureSummary[]): void {
    this.#changes += 1
    this.#list = [...list].sort((one, other) => other.startedAtUnixUs - one.startedAtUnixUs)
    for (const captureId of [...this.#grown.keys()]) {
      if (this.find(captureId) === null) this.#grown.delete(captureId)
    }
    for (const capture of list) {
      const grown = this.#grown.get(capture.captureId)
      if (grown !== undefined && grown.fileBytes <= capture.totals.fileBytes) this.#grown.delete(capture.captureId)
    }
  }

  #replace(summary: CaptureSummary): void {
    this.#take([...this.#list.filter((capture) => capture.captureId !== summary.captureId), summary])
  }
}
