import * as v from 'valibot'
import {
  captureLocateRequest,
  captureRow,
  captureStreamRequest,
  captureSummary,
  captureWindow,
  captureWindowRequest,
  latestMessages,
  maximumReadBytes,
} from './schemas/capture.ts'
import { captureLimits, captureNotes, captureTags, limitedCapture, trashedCapture } from './schemas/capture-keeping.ts'
import { captureRates, captureRatesRequest } from './schemas/capture-rates.ts'
import {
  exportOptions,
  exportTarget,
  filePath,
  importOptions,
  importSource,
  maximumUploadPieceBytes,
} from './schemas/capture-transfer.ts'
import { bytes, directionName, emptyObject, identifier, wholeNumber } from './schemas/common.ts'
import { comparedPair, comparedSide, comparisonState, maximumPairsAtOnce, pairKind } from './schemas/comparison.ts'
import { interpretation } from './schemas/interpretation.ts'
import { jobSnapshot } from './schemas/job.ts'
import { maximumHitsAtOnce, nearestHit, searchHit, searchQuery, searchState } from './schemas/search.ts'

const byCapture = v.object({ captureId: identifier })
const bySearch = v.object({ searchId: identifier })
const byComparison = v.object({ comparisonId: identifier })
const byJob = v.object({ jobId: identifier })
const byUpload = v.object({ uploadId: identifier })

/** Commands about captures, about searching and comparing them, and about the jobs that export, import and check them. */
export const captureCommandSchemas = {
  'capture.list': { request: emptyObject, reply: v.array(captureSummary) },
  /** The captures that a Wirebench which was killed left unclosed, as this workbench found them at its start. */
  'capture.recovered': { request: emptyObject, reply: v.array(captureSummary) },
  /** Opens a kept capture for reading, mending its index where needed, and tells what was found. */
  'capture.open': { request: byCapture, reply: captureSummary },
  /**
   * Rows of a view of a capture. Only the visible window is ever asked for. Errors: `capture-not-found`; of a filter
   * `pattern-malformed`, `pattern-too-slow`, `encoding-unknown`, `text-not-encodable`, and `filter-not-applicable` for the
   * views `stream` and `text`.
   */
  'capture.window': { request: captureWindowRequest, reply: captureWindow },
  /**
   * The number of the row at a place, of those that the view (with its framing and filter) shows; null when there is none,
   * as far as is known. Errors: those of `capture.window`.
   */
  'capture.locate': {
    request: captureLocateRequest,
    reply: v.object({ row: v.nullable(wholeNumber), totalRows: wholeNumber, complete: v.boolean() }),
  },
  /** Bytes of one record, from `offset`; shorter at its end. */
  'capture.read': {
    request: v.object({
      captureId: identifier,
      record: wholeNumber,
      offset: v.optional(wholeNumber, 0),
      length: v.pipe(wholeNumber, v.maxValue(maximumReadBytes)),
    }),
    reply: v.object({ row: captureRow, bytes }),
  },
  /** Bytes of one direction across records; shorter where the capture ends. Damaged stretches are left out. */
  'capture.read-stream': { request: captureStreamRequest, reply: v.object({ bytes }) },
  /**
   * Every checksum and hash of a stretch of any length of one direction, as hex. Can be cancelled. `byteCount` is less than
   * `length` where the capture ends. With a `digestId`, made up by whoever asks, `digest.progress` tells how far it is.
   */
  'capture.digest': {
    request: v.object({
      captureId: identifier,
      direction: directionName,
      connection: v.exactOptional(wholeNumber),
      streamOffset: wholeNumber,
      skipBytes: v.optional(wholeNumber, 0),
      length: wholeNumber,
      digestId: v.exactOptional(identifier),
    }),
    reply: v.object({ byteCount: wholeNumber, digests: v.array(v.object({ name: v.string(), hex: v.string() })) }),
  },
  /** How much was sent and received when, as far as is known; asked again until `complete`. */
  'capture.rates': { request: captureRatesRequest, reply: captureRates },
  /** Sets how a capture is cut into messages and read; kept with it, told by `capture.list-changed`. */
  'capture.interpret': { request: v.object({ captureId: identifier, interpretation }), reply: captureSummary },
  /** The newest message of every identifier with its count and rate, as the kept interpretation reads the capture. */
  'capture.latest': { request: byCapture, reply: latestMessages },
  'capture.rename': {
    request: v.object({ captureId: identifier, name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)) }),
    reply: captureSummary,
  },
  /** Sets notes and tags; what is left out stays. Errors: `capture-read-only`. */
  'capture.annotate': {
    request: v.object({
      captureId: identifier,
      notes: v.exactOptional(captureNotes),
      tags: v.exactOptional(captureTags),
    }),
    reply: captureSummary,
  },
  /** Makes the index anew from the data file, on its own. Errors: `capture-in-use`. */
  'capture.rebuild-index': { request: byCapture, reply: captureSummary },
  /**
   * Moves a capture to the trash of the data folder; a file outside of it is only no longer listed. Errors:
   * `capture-in-use`.
   */
  'capture.remove': { request: byCapture, reply: emptyObject },
  'capture.restore': { request: byCapture, reply: captureSummary },
  'capture.trash': { request: emptyObject, reply: v.array(trashedCapture) },
  /** Deletes for good those captures of the trash, or all of it when null. Answers the bytes that are free now. */
  'capture.empty-trash': {
    request: v.object({ captureIds: v.optional(v.nullable(v.array(identifier)), null) }),
    reply: v.object({ freedBytes: wholeNumber }),
  },
  /**
   * Which captures limits would remove now, oldest first, without removing any: limits that a person is thinking about, or
   * those of the settings when null.
   */
  'capture.beyond-limits': {
    request: v.object({ limits: v.optional(v.nullable(captureLimits), null) }),
    reply: v.array(limitedCapture),
  },
  /**
   * Opens a capture file of the engine's machine where it is, read-only, as far as it goes; it is listed until removed.
   * Errors: `file-not-found`, `file-unreadable`, `capture-malformed`, `capture-newer`.
   */
  'capture.open-file': { request: v.object({ path: filePath }), reply: captureSummary },

  /**
   * Begins a search. It goes on in the engine, follows a capture that grows, and tells by `search.changed`. It is closed when for a
   * minute nobody subscribed to that event and nobody asked for it. Errors: `capture-not-found`, `pattern-malformed`,
   * `encoding-unknown`, `text-not-encodable`; `too-many-requests`.
   */
  'search.start': { request: searchQuery, reply: searchState },
  /** The kept places from `first` on. Errors: `search-not-found`. */
  'search.hits': {
    request: v.object({
      searchId: identifier,
      first: wholeNumber,
      count: v.pipe(wholeNumber, v.minValue(1), v.maxValue(maximumHitsAtOnce)),
    }),
    reply: v.object({ state: searchState, hits: v.array(searchHit) }),
  },
  /**
   * The next place behind, or the previous one before a byte of a record, around the end; null when nothing was found.
   * Looks ahead of the search where it has not come yet; what is found there has no number. Can be cancelled. Errors:
   * `search-not-found`, `pattern-too-slow`.
   */
  'search.nearest': {
    request: v.object({
      searchId: identifier,
      record: wholeNumber,
      offsetInRecord: wholeNumber,
      towards: v.picklist(['next', 'previous']),
    }),
    reply: v.object({ hit: v.nullable(nearestHit), wrapped: v.boolean() }),
  },
  /** Looks no further; what was found stays until `search.close`. */
  'search.stop': { request: bySearch, reply: searchState },
  'search.close': { request: bySearch, reply: emptyObject },

  /**
   * Compares the messages of one direction of two captures in order. Tells by `comparison.changed`. Errors:
   * `capture-not-found`, `too-many-requests`.
   */
  'comparison.start': {
    request: v.object({ direction: directionName, left: comparedSide, right: comparedSide }),
    reply: comparisonState,
  },
  /** The pairs from `first` on, of those kinds only when given; `totalPairs` counts those. Errors: `comparison-not-found`. */
  'comparison.pairs': {
    request: v.object({
      comparisonId: identifier,
      first: wholeNumber,
      count: v.pipe(wholeNumber, v.minValue(1), v.maxValue(maximumPairsAtOnce)),
      kinds: v.optional(v.nullable(v.array(pairKind)), null),
    }),
    reply: v.object({ state: comparisonState, totalPairs: wholeNumber, pairs: v.array(comparedPair) }),
  },
  'comparison.close': { request: byComparison, reply: emptyObject },

  /**
   * Begins writing a capture as a file of another kind, as a job. Errors: `capture-not-found`, `export-impossible`,
   * `file-exists`, `file-unwritable`.
   */
  'capture.export': {
    request: v.object({ captureId: identifier, options: exportOptions, target: exportTarget }),
    reply: jobSnapshot,
  },
  /**
   * Begins reading a file into a new capture, as a job. Errors: `file-not-found`, `file-unreadable`, `upload-not-found`,
   * `import-unknown-format`.
   */
  'capture.import': { request: v.object({ source: importSource, options: importOptions }), reply: jobSnapshot },
  /** Begins reading a capture from its first to its last byte and comparing everything with itself, as a job. */
  'capture.check': { request: byCapture, reply: jobSnapshot },
  /** Jobs at work, and those that ended and were not dismissed. */
  'job.list': { request: emptyObject, reply: v.array(jobSnapshot) },
  /** Ends a job that is at work; what it made so far is removed. Errors: `job-not-found`. */
  'job.cancel': { request: byJob, reply: jobSnapshot },
  /** Forgets a job that has ended. Errors: `job-not-found`. */
  'job.dismiss': { request: byJob, reply: emptyObject },

  /** Begins bringing a file of the window's machine to the engine. Errors: `disk-full`, `data-folder-unwritable`. */
  'upload.begin': {
    request: v.object({ name: v.pipe(v.string(), v.maxLength(4096)), sizeBytes: wholeNumber }),
    reply: v.object({ uploadId: identifier }),
  },
  /** The next piece of it; pieces come in order. Errors: `upload-not-found`, `bad-payload`, `disk-full`. */
  'upload.append': {
    request: v.object({
      uploadId: identifier,
      offset: wholeNumber,
      bytes: v.pipe(
        bytes,
        v.check((piece) => piece.length <= maximumUploadPieceBytes, 'The piece is too large'),
      ),
    }),
    reply: v.object({ receivedBytes: wholeNumber }),
  },
  /** Gives the file up, or away after it was imported. */
  'upload.discard': { request: byUpload, reply: emptyObject },
} as const
