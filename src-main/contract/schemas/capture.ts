import * as v from 'valibot'
import { captureFilter } from './capture-filter.ts'
import { captureNotes, captureOrigin, captureTags } from './capture-keeping.ts'
import { connectionEvent } from './connection.ts'
import { bytes, directionName, errorShape, identifier, wholeNumber } from './common.ts'
import { framingSettings } from './framing.ts'
import { interpretation } from './interpretation.ts'

/** Live totals of a capture. Only what is on disk counts: everything named here can be read. */
export const captureTotals = v.object({
  /** Records: chunks and events. Also the number of rows of the `records` view. */
  recordCount: wholeNumber,
  /** Rows of the `stream` view at 16 bytes a row. */
  streamRowCount: wholeNumber,
  sentBytes: wholeNumber,
  receivedBytes: wholeNumber,
  /** Bytes of the data file. */
  fileBytes: wholeNumber,
  /** Time of the last record in nanoseconds since the capture began. */
  lastTimeNs: wholeNumber,
})
export type CaptureTotals = v.InferOutput<typeof captureTotals>

export const maximumLosses = 64

/** A stretch of the data file that cannot be read, as far as its neighbours tell what was in it. */
export const captureLoss = v.object({
  /** Where it stands in the data file. */
  fileOffset: wholeNumber,
  lostFileBytes: wholeNumber,
  /** Time of the last record before it; null when there is none. */
  afterTimeNs: v.nullable(wholeNumber),
  /** Time of the next record behind it; null at the end of the file. */
  beforeTimeNs: v.nullable(wholeNumber),
  /** Bytes of the connections that are missing, by the offsets on both sides; null when not known. */
  lostSentBytes: v.nullable(wholeNumber),
  lostReceivedBytes: v.nullable(wholeNumber),
})
export type CaptureLoss = v.InferOutput<typeof captureLoss>

/** What opening a capture found and mended. Bytes and times name what is lost. */
export const captureRecovery = v.object({
  /** The capture was not closed properly: its program or machine ended in the middle. */
  unclean: v.boolean(),
  indexRebuilt: v.boolean(),
  /** Why the index was rebuilt; null when it was not. */
  indexReason: v.nullable(v.picklist(['missing', 'truncated', 'checksum', 'mismatch', 'newer'])),
  /** Bytes at the end of the data file that are no whole record. */
  tailBytesIgnored: wholeNumber,
  /** Bytes in the middle of the data file that could not be read as records. */
  damagedBytes: wholeNumber,
  /** What is lost, in the order of the capture: at most `maximumLosses` stretches; the sums above count all. */
  losses: v.optional(v.pipe(v.array(captureLoss), v.maxLength(maximumLosses)), []),
})
export type CaptureRecovery = v.InferOutput<typeof captureRecovery>

export const captureSummary = v.object({
  captureId: identifier,
  name: v.string(),
  /** Wall clock at the beginning, Unix time in microseconds. Record times are offsets from it on a monotonic clock. */
  startedAtUnixUs: wholeNumber,
  /** True while it is being written, by this engine or by another one on the same data folder. */
  live: v.boolean(),
  totals: captureTotals,
  recovery: captureRecovery,
  /** Set when the capture cannot be opened at all. */
  problem: v.nullable(errorShape),
  /** How it is cut into messages and read: kept with the capture. */
  interpretation,
  notes: v.optional(captureNotes, ''),
  tags: v.optional(captureTags, []),
  origin: v.optional(captureOrigin, { kind: 'recorded' }),
})
export type CaptureSummary = v.InferOutput<typeof captureSummary>

/**
 * Which rows a capture is looked at through. All views show the same bytes:
 * `records`: a row per chunk as it came off the socket and per event;
 * `messages`: a row per message of each direction as the framing asked for cuts it, in the order in which they ended, and
 * per event; a message that has not ended yet is no row before its connection ends;
 * `stream`: 16 bytes a row, each chunk beginning a new row, events left out;
 * `text`: a row per line of each direction's run, long lines broken at `textRowMaxBytes`, events left out.
 */
export const captureViewName = v.picklist(['records', 'messages', 'stream', 'text'])
export type CaptureViewName = v.InferOutput<typeof captureViewName>

export const streamBytesPerRow = 16
/** A text row never holds more bytes than this. */
export const textRowMaxBytes = 512
export const maximumWindowRows = 512
export const maximumPreviewBytes = 4096

const rowBase = {
  /** Number of the record this row begins in, from 0. */
  record: wholeNumber,
  connection: wholeNumber,
  /** Nanoseconds since the capture began, when the bytes arrived or were accepted for sending. */
  timeNs: wholeNumber,
}

/** A chunk as it came off (or went to) the socket. */
export const dataRow = v.object({
  kind: v.literal('data'),
  ...rowBase,
  direction: directionName,
  length: wholeNumber,
  /** Offset of the first byte within its direction of the whole capture. */
  streamOffset: wholeNumber,
  /** The first bytes of the chunk, at most as many as asked for. */
  preview: bytes,
})
export type DataRow = v.InferOutput<typeof dataRow>

export const eventRow = v.object({ kind: v.literal('event'), ...rowBase, event: connectionEvent })
export type EventRow = v.InferOutput<typeof eventRow>

/** A part of the data file that could not be read: shown where it stands, never skipped in silence. */
export const damageRow = v.object({
  kind: v.literal('damage'),
  ...rowBase,
  /** Bytes of the data file that could not be read. */
  lostFileBytes: wholeNumber,
})
export type DamageRow = v.InferOutput<typeof damageRow>

/** At most 16 bytes (`stream`) or one text line (`text`). */
export const bytesRow = v.object({
  kind: v.literal('bytes'),
  ...rowBase,
  direction: directionName,
  /** Offset of the row's first byte within its record. */
  offsetInRecord: wholeNumber,
  /** Offset of the row's first byte within its direction of the whole capture. */
  streamOffset: wholeNumber,
  bytes,
  /** Length of the chunk when this row is the first of it, else null. */
  chunkLength: v.nullable(wholeNumber),
  /** `text` view: the line goes on in the next row of this direction (it was too long, or has not ended yet). */
  continues: v.boolean(),
})
export type BytesRow = v.InferOutput<typeof bytesRow>

/** Why a stretch of the stream is a marked region and no message. See `protocol/framing`. */
export const frameProblemCode = v.picklist([
  'overrun',
  'bad-length',
  'bad-escape',
  'bad-code',
  'bad-content',
  'stray-bytes',
  'missing-end',
  'incomplete',
])

/** A message of the `messages` view, or a marked region. Offsets count within the direction of the whole capture. */
export const messageRow = v.object({
  kind: v.literal('message'),
  /** The record in which the message ended, its connection, and when that record arrived. */
  ...rowBase,
  direction: directionName,
  /** Number of the message within its direction of the whole capture, from 0; marked regions count. */
  number: wholeNumber,
  /** Where the frame begins, its header or delimiter included, and its length. */
  streamOffset: wholeNumber,
  length: wholeNumber,
  /** Framing bytes before and after the content; the content may still be escaped (SLIP, COBS, markers). */
  headBytes: wholeNumber,
  tailBytes: wholeNumber,
  /** When the record with its first byte arrived; null when that is too far back to be known. */
  firstByteTimeNs: v.nullable(wholeNumber),
  problem: v.nullable(v.object({ code: frameProblemCode, sentence: v.string() })),
  /** The first bytes of the content with its escapes undone, at most as many as asked for. */
  preview: bytes,
  /** The preview is the whole content. */
  previewIsWhole: v.boolean(),
})
export type MessageRow = v.InferOutput<typeof messageRow>

export const captureRow = v.variant('kind', [dataRow, eventRow, damageRow, bytesRow, messageRow])
export type CaptureRow = v.InferOutput<typeof captureRow>

export const captureWindowRequest = v.object({
  captureId: identifier,
  view: captureViewName,
  /** Number of the first row wanted, or `end` for the last `rowCount` rows. */
  firstRow: v.union([wholeNumber, v.literal('end')]),
  rowCount: v.pipe(wholeNumber, v.minValue(1), v.maxValue(maximumWindowRows)),
  previewBytes: v.optional(v.pipe(wholeNumber, v.maxValue(maximumPreviewBytes)), 256),
  /** `messages` view: how each direction is cut; left out, as the interpretation kept with the capture says. */
  framing: v.exactOptional(v.object({ sent: framingSettings, received: framingSettings })),
  /** `records` and `messages`: only these rows; row numbers then count the rows shown. */
  filter: v.exactOptional(captureFilter),
})
export type CaptureWindowRequest = v.InferOutput<typeof captureWindowRequest>

export const captureWindow = v.object({
  view: captureViewName,
  /** Number of the first row in `rows`. */
  firstRow: wholeNumber,
  rows: v.array(captureRow),
  /** Rows of this view known so far. */
  totalRows: wholeNumber,
  /** False while the view is still being counted: `totalRows` will grow. */
  complete: v.boolean(),
  /** With a filter: rows that it left out so far. */
  hiddenRows: v.exactOptional(wholeNumber),
  /** While it is being counted: bytes of the data file looked through, of how many. */
  progress: v.exactOptional(v.object({ scannedBytes: wholeNumber, totalBytes: wholeNumber })),
})
export type CaptureWindow = v.InferOutput<typeof captureWindow>

/** A place in a capture whose row is wanted. */
export const capturePlace = v.variant('kind', [
  /** The first row at or after a time since the capture began. */
  v.object({ kind: v.literal('time'), timeNs: wholeNumber }),
  /** The row with a byte of a record, or the record itself. */
  v.object({ kind: v.literal('record'), record: wholeNumber, offsetInRecord: v.optional(wholeNumber, 0) }),
  /** The row with a byte, by its offset within its direction of the whole capture. */
  v.object({ kind: v.literal('byte'), direction: directionName, streamOffset: wholeNumber }),
  /** `messages`: a message by its number within its direction. */
  v.object({ kind: v.literal('message'), direction: directionName, number: wholeNumber }),
])
export type CapturePlace = v.InferOutput<typeof capturePlace>

export const captureLocateRequest = v.object({
  ...v.omit(captureWindowRequest, ['firstRow', 'rowCount', 'previewBytes']).entries,
  place: capturePlace,
})
export type CaptureLocateRequest = v.InferOutput<typeof captureLocateRequest>

/** Most bytes that one `capture.read` returns. */
export const maximumReadBytes = 1024 * 1024

/** Bytes of one direction, across records. */
export const captureStreamRequest = v.object({
  captureId: identifier,
  direction: directionName,
  /** Only bytes of this connection: a message of one among several is not in one piece in the capture. All when left out. */
  connection: v.exactOptional(wholeNumber),
  /** Where it begins, counted within the direction of the whole capture. */
  streamOffset: wholeNumber,
  /** Bytes of it to leave out: what is longer than one answer is read on so, whatever other connections sent between. */
  skipBytes: v.optional(wholeNumber, 0),
  length: v.pipe(wholeNumber, v.maxValue(maximumReadBytes)),
})

/** The newest message of one identifier, and how often it comes. */
export const latestMessage = v.object({
  direction: directionName,
  /** What stands at the path of the identifier, as text; null for the messages that have none. */
  messageId: v.nullable(v.string()),
  count: wholeNumber,
  /** Messages per second over the last seconds of the capture, as its times say; 0 once they stopped coming. */
  ratePerSecond: v.number(),
  row: messageRow,
})
export type LatestMessage = v.InferOutput<typeof latestMessage>

/** Most identifiers that are told apart; further ones are counted together. */
export const maximumLatestMessages = 2000

export const latestMessages = v.object({
  /** In the order in which the identifiers first came. */
  latest: v.array(latestMessage),
  /** Messages whose identifiers had no room. */
  otherCount: wholeNumber,
  /** Messages and bytes looked at so far, of both directions. */
  messageCount: wholeNumber,
  /** False while the capture is still being looked through. */
  complete: v.boolean(),
  /** Messages per second of each direction: whole number over windows of at least 2 s (seed-systems 3.5); null before the first. */
  messageRate: v.object({ sent: v.nullable(wholeNumber), received: v.nullable(wholeNumber) }),
})
export type LatestMessages = v.InferOutput<typeof latestMessages>
