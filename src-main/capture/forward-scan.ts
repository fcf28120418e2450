import type { CaptureSource, SourceState } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { OpenFile } from './file-access.ts'
import { RecordFeeder } from './record-feeder.ts'
import { walkRecords } from './record-walker.ts'
import type { RecordScanner } from './row-scanner.ts'
import { IndexMismatch } from './segment.ts'

/** A request waits until so much more was scanned; what is left is scanned behind it. */
const waitedBytes = 8 * 1024 * 1024
/** Nobody asked for so long: scanning stops where it is. */
const interestNs = 2e9

export interface ForwardScanOptions {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly clock: Clock
  readonly scanner: RecordScanner
  /** After each part of a payload: up to where the file was scanned. */
  readonly onPart?: (fileOffset: number) => void
  /** After each whole slice. */
  readonly onSlice?: () => void
  /** A request waits for so many bytes at most; 8 MiB when left out. */
  readonly waitedBytes?: number
  /** Bytes scanned at a time, without letting anything else run. */
  readonly blockBytes: number
}

/**
 * Goes once through a capture, in slices from checkpoint to checkpoint, and lets a scanner see everything. Goes on only
 * while somebody asks.
 */
export class ForwardScan {
  readonly #options: ForwardScanOptions
  readonly #feeder: RecordFeeder
  #scannedOffset: number
  #lastAskedNs = 0
  #targetOffset = 0
  #isStopped = false
  #scanning: Promise<void> | null = null
  #failure: Error | null = null
  #sliceListeners: (() => void)[] = []

  constructor(options: ForwardScanOptions) {
    this.#options = options
    this.#feeder = new RecordFeeder(options.scanner, 0, options.onPart ?? null)
    this.#scannedOffset = options.source.state().checkpoints.fileOffsetAt(0)
  }

  /** The end of the last whole slice. */
  get scannedOffset(): number {
    return this.#scannedOffset
  }

  /**
   * Scans towards the end of `state` and returns when a good deal more was scanned, or all; the rest is scanned behind it.
   * Throws `IndexMismatch` when index and data do not fit.
   */
  async advance(state: SourceState): Promise<void> {
    const wantedOffset = state.tally.fileOffset
    const waitedOffset = Math.min(wantedOffset, this.#scannedOffset + (this.#options.waitedBytes ?? waitedBytes))
    this.#targetOffset = Math.max(this.#targetOffset, wantedOffset)
    this.#lastAskedNs = this.#options.clock.monotonicNs()
    while (this.#scannedOffset < waitedOffset && !this.#isStopped) {
      if (this.#failure !== null) throw this.#failure
      // Whoever waits still asks, however long the disk takes.
      this.#lastAskedNs = this.#options.clock.monotonicNs()
      this.#startScan()
      await new Promise<void>((resolve) => this.#sliceListeners.push(resolve))
    }
    if (this.#scannedOffset < this.#targetOffset && !this.#isStopped) this.#startScan()
  }

  /** Scans no more, and waits until nothing reads. Requests that still wait go on with what is known. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#scanning
  }

  #startScan(): void {
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = null
      this.#tellListeners()
    })
  }

  async #scan(): Promise<void> {
    try {
      while (this.#scannedOffset < this.#targetOffset && !this.#isStopped) {
        if (this.#options.clock.monotonicNs() - this.#lastAskedNs > interestNs) break
        await this.#scanSlice()
        this.#tellListeners()
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    }
  }

  #tellListeners(): void {
    for (const listener of this.#sliceListeners.splice(0)) listener()
  }

  /** Scans to the next checkpoint of the index and compares the record numbers there. */
  async #scanSlice(): Promise<void> {
    const { source, file, blockBytes, scanner } = this.#options
    const { onRecord, onDamage } = this.#feeder
    const state = source.state()
    const next = state.checkpoints.findFileOffset(this.#scannedOffset, state.checkpointCount) + 1
    const end = next < state.checkpointCount ? state.checkpoints.at(next) : state.tally
    const reached = await walkRecords(
      {
        file,
        salt: source.salt,
        from: this.#scannedOffset,
        to: end.fileOffset,
        isFileEnd: false,
        blockBytes,
      },
      // Where nobody wants payloads, they are not read.
      scanner.scan === undefined ? { onRecord, onDamage } : this.#feeder,
    )
    if (reached !== end.fileOffset || this.#feeder.nextRecord !== end.recordCount) throw new IndexMismatch()
    this.#scannedOffset = end.fileOffset
    this.#options.onSlice?.()
  }
}
