import * as v from 'valibot'
import { identifier, wholeNumber } from './common.ts'

/** Most intervals of one answer. */
export const maximumRateIntervals = 2000
/** Connections that are told apart; further ones are counted in the sums alone. */
export const maximumRateConnections = 64

export const captureRatesRequest = v.object({
  captureId: identifier,
  /** Nanoseconds since the capture began; to its end when null. */
  fromNs: v.optional(wholeNumber, 0),
  toNs: v.optional(v.nullable(wholeNumber), null),
  /** At most so many intervals; they are as long as needed for that. */
  intervalCount: v.pipe(wholeNumber, v.minValue(1), v.maxValue(maximumRateIntervals)),
})

/** Bytes per interval of one connection, or of all. */
const rateSeries = v.object({ sentBytes: v.array(wholeNumber), receivedBytes: v.array(wholeNumber) })
export type RateSeries = v.InferOutput<typeof rateSeries>

/** How much was sent and received when. */
export const captureRates = v.object({
  /** Where the first interval begins, and how long each is; the last one can end behind what was asked for. */
  fromNs: wholeNumber,
  intervalNs: wholeNumber,
  total: rateSeries,
  /** The connections with bytes in this stretch, by number; at most `maximumRateConnections` of them. */
  connections: v.array(v.object({ connection: wholeNumber, ...rateSeries.entries })),
  otherConnectionCount: wholeNumber,
  /** End of the capture as known, and bytes of the data file looked through of all. */
  lastTimeNs: wholeNumber,
  scannedBytes: wholeNumber,
  totalBytes: wholeNumber,
  /** False while the capture is still being counted. */
  complete: v.boolean(),
})
export type CaptureRates = v.InferOutput<typeof captureRates>
