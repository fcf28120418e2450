import * as v from 'valibot'
import { identifier, wholeNumber } from './common.ts'

/** Most intervals of one answer. */
export const maximumRateIntervals = 2000
/** Connections that are told apart; further ones are counted in the sums alone. */
export const maximumRateConnections = 64

export const captureRatesRequest = v.object({
  captureId: identifier,
  /** Nanoseconds since the capture began; to its end when null, and never further. */
  fromNs: v.optional(wholeNumber, 0),
  toNs: v.optional(v.nullable(wholeNumber), null),
  /** At most so many intervals; they are as long as needed for that. */
  intervalCount: v.pipe(wholeNumber, v.minValue(1), v.maxValue(maximumRateIntervals)),
})
export type CaptureRatesRequest = v.InferOutput<typeof captureRatesRequest>

/** Bytes per interval of one connection, or of all. */
const rateSeries = v.object({ sentBytes: v.array(wholeNumber), receivedBytes: v.array(wholeNumber) })
export type RateSeries = v.InferOutput<typeof rateSeries>

/** How much was sent and received when. */
export const captureRates = v.object({
  /**
   * Where the first interval begins, a multiple of how long each is: at or before what was asked for. The last one can end
   * behind it. While finer intervals are being counted, longer ones are given than were asked for.
   */
  fromNs: wholeNumber,
  intervalNs: wholeNumber,
  total: rateSeries,
  /**
   * The connections with bytes in this stretch, by number; at most `maximumRateConnections` of them, the first ones. While
   * not complete, they lack what was not looked through yet; in the total this stands about where the index has it.
   */
  connections: v.array(v.object({ connection: wholeNumber, ...rateSeries.entries })),
  /** Connections around there that are counted in the total alone; no more than 10,000 are told apart. */
  otherConnectionCount: wholeNumber,
  /** End of the capture as known (of one that goes on, until when nothing more can come), and bytes of the data file looked through of all. */
  lastTimeNs: wholeNumber,
  scannedBytes: wholeNumber,
  totalBytes: wholeNumber,
  /** False while the capture is still being counted. */
  complete: v.boolean(),
})
export type CaptureRates = v.InferOutput<typeof captureRates>
