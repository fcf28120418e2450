import type { Interpretation } from '../contract/schemas/interpretation.ts'
import { chance } from './capture-paths.ts'
import { CaptureReader, type ReaderSetup } from './capture-reader.ts'
import type { NewCapture } from './capture-store-options.ts'
import { createCapture, type CreateCaptureOptions, type CreatedCapture } from './create-capture.ts'
import { SlabPool } from './slab-pool.ts'
import { WriteTurns } from './write-turns.ts'

/** What all captures of one store are made with. */
export type LiveCaptureParts = Pick<CreateCaptureOptions, 'files' | 'folder' | 'marks' | 'clock' | 'programVersion'>

/** A capture that is being written here. */
export interface LiveEntry extends CreatedCapture {
  reader: Promise<CaptureReader> | null
  interpretation: Interpretation
}

/** The captures that one store writes at present, and what reads them meanwhile. */
export class LiveCaptures {
  /** A capture was closed and belongs to the kept ones from now on. */
  onClosed: ((captureId: string) => void) | null = null
  readonly #parts: LiveCaptureParts
  readonly #setup: ReaderSetup
  readonly #pool = new SlabPool()
  readonly #turns = new WriteTurns()
  readonly #entries = new Map<string, LiveEntry>()
  readonly #endings = new Set<Promise<unknown>>()

  constructor(parts: LiveCaptureParts, setup: ReaderSetup) {
    this.#parts = parts
    this.#setup = setup
  }

  has(captureId: string): boolean {
    return this.#entries.has(captureId)
  }

  get(captureId: string): LiveEntry | undefined {
    return this.#entries.get(captureId)
  }

  /** Makes a capture and begins writing it. Errors: `disk-full`, `file-unwritable`. */
  async create({ name, clock = this.#parts.clock }: NewCapture, interpretation: Interpretation): Promise<LiveEntry> {
    const created = await createCapture({
      ...this.#parts,
      clock,
      pool: this.#pool,
      turns: this.#turns,
      name,
      random: chance,
      onClosed: (captureId) => this.#forget(captureId),
    })
    const entry = { ...created, reader: null, interpretation }
    this.#entries.set(created.capture.captureId, entry)
    return entry
  }

  /** What the capture is read through while it is written. */
  reader(entry: LiveEntry): Promise<CaptureReader> {
    entry.reader ??= this.#openReader(entry).catch((error: unknown) => {
      entry.reader = null
      throw error
    })
    return entry.reader
  }

  /** Waits until what belongs to it has ended, when `work` is done. */
  track(work: Promise<unknown>): void {
    this.#endings.add(work)
    void Promise.allSettled([work]).then(() => this.#endings.delete(work))
  }

  /** Closes all of them; gives what came of each. */
  closeAll(): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled([...this.#entries.values()].map(({ capture }) => capture.close()))
  }

  /** Waits for what ends by itself. */
  async settle(): Promise<void> {
    while (this.#endings.size > 0) await Promise.allSettled(this.#endings)
  }

  async #openReader({ capture }: LiveEntry): Promise<CaptureReader> {
    return new CaptureReader(capture, await capture.openData(), this.#setup)
  }

  #forget(captureId: string): void {
    const entry = this.#entries.get(captureId)
    this.#entries.delete(captureId)
    if (entry?.reader !== undefined && entry.reader !== null) {
      this.track(entry.reader.then((reader) => reader.close()))
    }
    this.onClosed?.(captureId)
  }
}
