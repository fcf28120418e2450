import * as v from 'valibot'
import { wholeNumber } from './common.ts'

const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000))
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const byteCount = v.pipe(wholeNumber, v.minValue(1), v.maxValue(2 ** 40))
const position = v.pipe(wholeNumber, v.maxValue(2 ** 40))

/**
 * A fault in what a server sends to its clients. Several work together, in the order of this list whatever their order in the
 * settings. A message is what the server wrote at once.
 */
export const serverFault = v.variant('kind', [
  /** Every so many-th client is refused: accepted and reset at once. */
  v.object({ kind: v.literal('refuse'), every: v.pipe(wholeNumber, v.minValue(1)) }),
  /** Accepts, reads and never answers. */
  v.object({ kind: v.literal('mute') }),
  /** A message is left out with this probability. */
  v.object({ kind: v.literal('drop'), probability }),
  /** Before a message come 1 to `maximumBytes` random bytes with this probability. */
  v.object({
    kind: v.literal('garbage'),
    probability,
    maximumBytes: v.optional(v.pipe(byteCount, v.maxValue(65_536)), 16),
  }),
  /** One bit of each byte is flipped with this probability. */
  v.object({ kind: v.literal('flip-bits'), probability }),
  /** Ends with FIN in the middle of the so many-th message to a client, from 1. */
  v.object({ kind: v.literal('cut-message'), message: v.pipe(wholeNumber, v.minValue(1)) }),
  /** After so many bytes to a client nothing more goes out; the connection stays open. */
  v.object({ kind: v.literal('stall'), afterBytes: position }),
  v.object({ kind: v.literal('half-close'), afterBytes: position }),
  v.object({ kind: v.literal('reset'), afterBytes: position }),
  /** Messages wait so long and go out together. */
  v.object({ kind: v.literal('coalesce'), waitMs: milliseconds }),
  /** Every message is late by `delayMs` and up to `jitterMs` more; the order stays. */
  v.object({ kind: v.literal('delay'), delayMs: milliseconds, jitterMs: v.optional(milliseconds, 0) }),
  v.object({ kind: v.literal('throttle'), bytesPerSecond: v.pipe(v.number(), v.minValue(1), v.maxValue(1e12)) }),
  /** Goes out in segments of so many bytes, each in a write of its own, with a gap between. */
  v.object({ kind: v.literal('split'), segmentBytes: v.optional(byteCount, 1), gapMs: v.optional(milliseconds, 0) }),
])
export type ServerFault = v.InferOutput<typeof serverFault>
export type ServerFaultKind = ServerFault['kind']

/** The faults of a server. With the same seed, client number and bytes the same faults happen again. */
export const serverFaults = v.object({
  seed: v.optional(v.pipe(wholeNumber, v.maxValue(0xffff_ffff)), 1),
  faults: v.optional(
    v.pipe(
      v.array(serverFault),
      v.maxLength(32),
      v.check((faults) => new Set(faults.map(({ kind }) => kind)).size === faults.length, 'A fault is there twice'),
    ),
    [],
  ),
})
export type ServerFaults = v.InferOutput<typeof serverFaults>
