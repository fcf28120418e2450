import type { RateSeries } from '../../contract/schemas/capture-rates.ts'
import type { SourceState } from '../capture-source.ts'
import type { IntervalRow } from './interval-ladder.ts'

/** Places of the index that are looked at. */
const maximumSteps = 8192

/** What was counted of a capture: the bytes, and up to where the index was compared with the data. */
export interface CountedPart {
  readonly scannedOffset: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

/**
 * Adds what was not counted yet, as the index has it: bytes between two of its places (about 1 MiB, more where there are
 * many) stand at the time of the later one. The sums of a whole capture are then right, the times nearly.
 */
export function addFromIndex(total: RateSeries, row: IntervalRow, counted: CountedPart, state: SourceState): void {
  const { checkpoints, checkpointCount } = state
  let { sentBytes, receivedBytes } = counted
  const add = (place: { readonly lastTimeNs: number; readonly sentBytes: number; readonly receivedBytes: number }) => {
    const at = Math.floor((place.lastTimeNs - row.fromNs) / row.intervalNs)
    if (at >= 0 && at < row.count) {
      total.sentBytes[at] = (total.sentBytes[at] ?? 0) + Math.max(0, place.sentBytes - sentBytes)
      total.receivedBytes[at] = (total.receivedBytes[at] ?? 0) + Math.max(0, place.receivedBytes - receivedBytes)
    }
    sentBytes = Math.max(sentBytes, place.sentBytes)
    receivedBytes = Math.max(receivedBytes, place.receivedBytes)
  }
  const first = checkpoints.findFileOffset(counted.scannedOffset, checkpointCount) + 1
  const step = Math.max(1, Math.ceil((checkpointCount - first) / maximumSteps))
  for (let index = first; index < checkpointCount; index += step) add(checkpoints.at(index))
  add(state.tally)
}
