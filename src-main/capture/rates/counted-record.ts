import type { Direction } from '../../contract/schemas/common.ts'
import { recordKind, type RecordHeader } from '../record-codec.ts'
import { endOfTimeNs } from './interval-ladder.ts'

/** The direction of a record's bytes and its time as they are counted; null for what holds no bytes of the wire. */
export function countedDirection({ kind, payloadLength }: Readonly<RecordHeader>): Direction | null {
  if (payloadLength === 0) return null
  if (kind === recordKind.sent) return 'sent'
  return kind === recordKind.received ? 'received' : null
}

/** Hostile files hold times beyond every number that is exact. */
export function countedTimeNs(timeNs: number): number {
  return Math.min(timeNs, endOfTimeNs - 1)
}
