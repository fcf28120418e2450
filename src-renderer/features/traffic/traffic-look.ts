import type { CaptureRow, CaptureViewName, MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import type { RecordPlace } from './row-locator.ts'

export const rowHeightsPx: Readonly<Record<CaptureViewName, number>> = {
  records: 26,
  messages: 26,
  stream: 20,
  text: 20,
}

/**
 * The ways to look at the traffic. The timeline shows messages where a direction has a framing, else chunks; `latest` is
 * the newest message of every identifier, `calls` the ledger of a session's calls: neither shows rows of the capture.
 */
export type TrafficLook = 'timeline' | 'stream' | 'text' | 'latest' | 'calls'

/** A look that shows rows of the capture. */
export type RowLook = Exclude<TrafficLook, 'latest' | 'calls'>

export function showsRows(look: TrafficLook): look is RowLook {
  return look !== 'latest' && look !== 'calls'
}

/** A row as it is to be drawn. */
export interface PlacedRow {
  /** Number of the row in its view, from 0. */
  readonly number: number
  readonly row: CaptureRow
  /** Time of the row before, null where there is none at hand. */
  readonly previousTimeNs: number | null
  /** Distance from the top of the viewport. */
  readonly topPx: number
}

/** What the inspector looks at: a record, and a byte of it where one was chosen. */
export interface InspectedPlace extends RecordPlace {
  /** Bytes selected from there on; 0 when a row was chosen, not bytes. */
  readonly selectedBytes: number
  /** Set when a message was chosen; `offsetInRecord` then counts from the beginning of its frame. */
  readonly message?: MessageRow
}

export function isSamePlace(one: InspectedPlace | null, other: InspectedPlace): boolean {
  return (
    one?.record === other.record &&
    one.offsetInRecord === other.offsetInRecord &&
    one.selectedBytes === other.selectedBytes &&
    isSameMessage(one.message, other.message)
  )
}

function isSameMessage(one: MessageRow | undefined, other: MessageRow | undefined): boolean {
  return (
    one?.direction === other?.direction &&
    one?.streamOffset === other?.streamOffset &&
    one?.length === other?.length &&
    one?.number === other?.number
  )
}
