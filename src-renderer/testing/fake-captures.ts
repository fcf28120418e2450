import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import type { LimitedCapture, TrashedCapture } from '../../src-main/contract/schemas/capture-keeping.ts'
import type { CaptureSummary } from '../../src-main/contract/schemas/capture.ts'
import { rawInterpretation } from '../../src-main/contract/schemas/interpretation.ts'

const nothingFound = {
  unclean: false,
  indexRebuilt: false,
  indexReason: null,
  tailBytesIgnored: 0,
  damagedBytes: 0,
  losses: [],
}

/** Kept captures and their trash, in memory. */
export class FakeCaptures {
  readonly #events: EventHub
  list: CaptureSummary[] = []
  trash: CaptureSummary[] = []
  /** What `capture.beyond-limits` answers. */
  beyond: LimitedCapture[] = []

  constructor(events: EventHub) {
    this.#events = events
  }

  /** A capture that was closed; what is left out is as of one that nothing was found in. */
  add(captureId: string, change: Partial<CaptureSummary> = {}): CaptureSummary {
    const capture: CaptureSummary = {
      captureId,
      name: captureId,
      startedAtUnixUs: 1_760_000_000_000_000,
      live: false,
      totals: {
        recordCount: 0,
        streamRowCount: 0,
        sentBytes: 0,
        receivedBytes: 0,
        fileBytes: 4096,
        lastTimeNs: 0,
      },
      recovery: nothingFound,
      problem: null,
      interpretation: rawInterpretation,
      notes: '',
      tags: [],
      origin: { kind: 'recorded' },
      ...change,
    }
    this.list.push(capture)
    this.tell()
    return capture
  }

  tell(): void {
    this.#events.publish('capture.list-changed', [...this.list])
  }

  change(captureId: string, change: Partial<CaptureSummary>): CaptureSummary {
    const changed = { ...this.#find(this.list, captureId), ...change }
    this.list = this.list.map((capture) => (capture.captureId === captureId ? changed : capture))
    this.tell()
    return changed
  }

  #find(list: readonly CaptureSummary[], captureId: string): CaptureSummary {
    const found = list.find((capture) => capture.captureId === captureId)
    if (found === undefined) throw new WirebenchError('capture-not-found')
    return found
  }

  #move(captureId: string, from: 'list' | 'trash', to: 'list' | 'trash'): CaptureSummary {
    const capture = this.#find(this[from], captureId)
    this[from] = this[from].filter((other) => other !== capture)
    this[to] = [...this[to], capture]
    this.tell()
    return capture
  }

  handlers(): Partial<CommandHandlers> {
    return {
      'capture.recovered': () => [],
      'capture.list': () => [...this.list],
      'capture.open': ({ captureId }) => this.#find(this.list, captureId),
      'capture.window': ({ view }) => ({ view, firstRow: 0, rows: [], totalRows: 0, complete: true }),
      'capture.interpret': ({ captureId, interpretation }) => this.change(captureId, { interpretation }),
      'capture.rename': ({ captureId, name }) => this.change(captureId, { name }),
      'capture.annotate': ({ captureId, notes, tags }) =>
        this.change(captureId, { ...(notes === undefined ? {} : { notes }), ...(tags === undefined ? {} : { tags }) }),
      'capture.rebuild-index': ({ captureId }) => this.#find(this.list, captureId),
      'capture.open-file': ({ path }) =>
        this.add(fileIdOf(path), { name: path, origin: { kind: 'file', path, isReadOnly: false } }),
      'capture.remove': ({ captureId }) => {
        this.#move(captureId, 'list', 'trash')
        return {}
      },
      'capture.restore': ({ captureId }) => this.#move(captureId, 'trash', 'list'),
      'capture.trash': () => this.trash.map(trashedOf),
      'capture.empty-trash': ({ captureIds }) => {
        const goes = this.trash.filter(({ captureId }) => captureIds?.includes(captureId) ?? true)
        this.trash = this.trash.filter((capture) => !goes.includes(capture))
        return { freedBytes: goes.reduce((sum, { totals }) => sum + totals.fileBytes, 0) }
      },
      'capture.beyond-limits': () => this.beyond,
    }
  }
}

const fileIdOf = (path: string): string => `file-${path.replaceAll(/[^a-z0-9]/gi, '-')}`

const trashedOf = ({ captureId, name, startedAtUnixUs, totals }: CaptureSummary): TrashedCapture => ({
  captureId,
  name,
  startedAtUnixUs,
  fileBytes: totals.fileBytes,
  removedAtUnixUs: 1_770_000_000_000_000,
})
