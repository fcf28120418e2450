/**
 * Reading by hand: each read is an action with a result of its own, as with a stream reader of asyncio
 * (seed-systems 3.3, 5).
 */
import * as v from 'valibot'
import { bytes, errorShape, identifier } from './common.ts'

/** Most bytes that one read can ask for or hold back while it waits. */
export const maximumHandReadBytes = 16 * 1024 * 1024
/** Content of a line or message up to its separator, as in asyncio. */
export const usualReadLimitBytes = 65_536
/** Bytes of one read of the socket, as hio has it. */
export const usualReadSizeBytes = 8096

const byteCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maximumHandReadBytes))
const limitBytes = v.optional(byteCount, usualReadLimitBytes)
const separator = v.pipe(
  bytes,
  v.check((value) => value.length <= 256, 'Use at most 256 bytes.'),
)
const carriageReturnLineFeed = (): Uint8Array => Uint8Array.of(0x0d, 0x0a)
const encoding = v.optional(v.pipe(v.string(), v.maxLength(40)), 'utf-8')

/** What one read takes. Limits count the bytes before the separator. */
export const readRequest = v.variant('kind', [
  /** 1 to n bytes, whatever is there; waits for the first. At the end of the stream nothing, once. */
  v.object({ kind: v.literal('up-to'), byteCount }),
  /** As `up-to`, without waiting: nothing to read is an answer, and then nothing is taken from the socket. */
  v.object({ kind: v.literal('poll'), byteCount }),
  v.object({ kind: v.literal('exactly'), byteCount }),
  /** Through the separator, which is part of the bytes. */
  v.object({ kind: v.literal('until'), separator, limitBytes }),
  /** Through LF; what stands before the end of the stream is a line too. */
  v.object({ kind: v.literal('line'), limitBytes }),
  /** Through the terminator; the value is the text before it. `encoding` is a name or label of a text encoding. */
  v.object({
    kind: v.literal('text'),
    terminator: v.optional(separator, carriageReturnLineFeed),
    encoding,
    limitBytes,
  }),
  /** As `text`; the text is one JSON document of any type. */
  v.object({
    kind: v.literal('json'),
    terminator: v.optional(separator, carriageReturnLineFeed),
    encoding,
    limitBytes,
  }),
  /** As many bytes as a structure of the library has. */
  v.object({ kind: v.literal('structure'), structureId: identifier }),
  /**
   * One service of hio (seed-systems 2.3): everything that is there now, in reads of the session's read size, without
   * waiting. Nothing to read is an answer.
   */
  v.object({ kind: v.literal('service') }),
  /** Everything until the peer has closed its side, at most `maximumHandReadBytes`. */
  v.object({ kind: v.literal('until-close') }),
])
export type ReadRequest = v.InferOutput<typeof readRequest>

/** What the bytes stand for. */
export const readValue = v.variant('kind', [
  v.object({ kind: v.literal('text'), text: v.string() }),
  /** The document as it was received. */
  v.object({ kind: v.literal('json'), text: v.string() }),
  /** The values of the fields in one line. */
  v.object({ kind: v.literal('structure'), structureId: identifier, summary: v.string() }),
])
export type ReadValue = v.InferOutput<typeof readValue>

/** How a read ended. */
export const readOutcome = v.variant('kind', [
  v.object({
    kind: v.literal('read'),
    /** All bytes that the read took out of the stream, terminators included. */
    bytes,
    value: v.nullable(readValue),
    /** The read has reached the end of the stream: the peer closed its side. */
    atEnd: v.boolean(),
    /**
     * How many of the bytes each read of the socket brought, the first 1,000 of them. What a read left over is the first
     * piece of the next one, so that all together are the length of `bytes`.
     */
    pieces: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  }),
  /** A poll found nothing. */
  v.object({ kind: v.literal('nothing') }),
  v.object({
    kind: v.literal('failed'),
    error: errorShape,
    /** What the failed read took out of the stream; the next read goes on behind it. */
    bytes,
  }),
])
export type ReadOutcome = v.InferOutput<typeof readOutcome>

/** Who reads: the engine as fast as it can, or a person, read by read. */
export const sessionReading = v.variant('mode', [
  v.object({ mode: v.literal('automatic') }),
  v.object({
    mode: v.literal('manual'),
    /** Most bytes that are taken from the socket at once, thus most bytes of a record. */
    readSizeBytes: byteCount,
    /** A read waits for bytes. */
    isReading: v.boolean(),
    /** Bytes that were taken from the socket, and are in the capture, but not yet in the result of a read. */
    heldBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    /** A `service` is done by itself so often; null for never. */
    serviceIntervalMs: v.nullable(v.number()),
  }),
])
export type SessionReading = v.InferOutput<typeof sessionReading>

/** The switch between both. */
export const readingMode = v.variant('mode', [
  v.object({ mode: v.literal('automatic') }),
  v.object({
    mode: v.literal('manual'),
    readSizeBytes: v.optional(byteCount, usualReadSizeBytes),
    /** Services by itself so often (hio's 1/32 s is 31.25), between the reads of a person; null for never. */
    serviceIntervalMs: v.optional(v.nullable(v.pipe(v.number(), v.minValue(1), v.maxValue(3_600_000))), null),
  }),
])
export type ReadingMode = v.InferOutput<typeof readingMode>
export type ReadingModeInput = v.InferInput<typeof readingMode>
