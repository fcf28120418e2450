import * as v from 'valibot'
import { composerMode, lineEndingName } from './profile.ts'
import { wholeNumber } from './common.ts'

/** Longest composed text kept in the history, in UTF-16 units; longer messages stay in their capture only. */
export const maximumHistoryText = 64 * 1024
export const maximumHistoryEntries = 200

/** A message as it was composed, to be sent again. */
export const historyEntry = v.object({
  mode: composerMode,
  text: v.pipe(v.string(), v.maxLength(maximumHistoryText)),
  lineEnding: lineEndingName,
  sentAtUnixMs: wholeNumber,
})
export type HistoryEntry = v.InferOutput<typeof historyEntry>
