import * as v from 'valibot'
import { messageSource } from './message.ts'
import { wholeNumber } from './common.ts'

/** Longest composed text kept in the history, in UTF-16 units of its JSON; longer messages stay in their capture only. */
export const maximumHistoryText = 64 * 1024
export const maximumHistoryEntries = 200

/** A message as it was composed, to be sent again: with its placeholders, never with the secrets they stand for. */
export const historyEntry = v.object({ message: messageSource, sentAtUnixMs: wholeNumber })
export type HistoryEntry = v.InferOutput<typeof historyEntry>
