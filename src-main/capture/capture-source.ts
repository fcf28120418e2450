import type { CheckpointTable } from './checkpoint-table.ts'
import type { Tally } from './tally.ts'

/** What can be read of a capture at one moment: whole records only, all of them on disk. */
export interface SourceState {
  readonly checkpoints: CheckpointTable
  /** How many of the checkpoints may be used. */
  readonly checkpointCount: number
  /** The sums at the end of what can be read; `fileOffset` is that end. */
  readonly tally: Readonly<Tally>
  /** Every record before this time can be read; infinite when the capture has ended. */
  readonly settledNs: number
}

/** A capture as its readers see it, growing or finished. */
export interface CaptureSource {
  readonly salt: number
  state(): SourceState
}
