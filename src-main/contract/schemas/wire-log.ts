/** The wire log: a live text log of what is sent and received, in hio's record format (seed-systems 2.7). */
import * as v from 'valibot'
import { bytes, errorShape, wholeNumber } from './common.ts'

/** A wire log in memory keeps so many of its newest bytes, of each direction where they are apart. */
export const wireLogMemoryBytes = 4 * 1024 * 1024

export const wireLogSettings = v.object({
  /** Received bytes are logged. */
  rx: v.optional(v.boolean(), true),
  /** Sent bytes are logged. */
  tx: v.optional(v.boolean(), true),
  /** True: both directions in one log; false: one for each. */
  samed: v.optional(v.boolean(), true),
  /** True: files in `folder`; false: in memory, the newest `wireLogMemoryBytes` of it. */
  filed: v.optional(v.boolean(), true),
  /**
   * A record. `%(dx)b` is `Rx` or `Tx`, `%(who)b` the remote pair such as `('127.0.0.1', 41320)`, `%(data)b` the raw bytes,
   * `%%` a percent sign; escapes of the composer's text are understood. The default is hio's.
   */
  template: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096)), '\\n%(dx)b %(who)b:\\n%(data)b\\n'),
  name: v.optional(
    v.pipe(v.string(), v.trim(), v.regex(/^[\w.-]{1,80}$/, 'Use letters, digits, dot, dash and underscore')),
    'main',
  ),
  /** Null: `wire-logs` in the data folder. */
  folder: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096))), null),
  /** In the system's temporary folder instead; removed when the log is closed. */
  temporary: v.optional(v.boolean(), false),
})
export type WireLogSettings = v.InferOutput<typeof wireLogSettings>

export const wireLogState = v.object({
  settings: wireLogSettings,
  /** The files being written; empty in memory. */
  paths: v.array(v.string()),
  recordCount: wholeNumber,
  byteCount: wholeNumber,
  /** Bytes of the memory log that made room for newer ones. */
  forgottenBytes: wholeNumber,
  error: v.nullable(errorShape),
})
export type WireLogState = v.InferOutput<typeof wireLogState>

/** The newest bytes of the log; both directions apart unless `samed`. */
export const wireLogText = v.object({ rx: bytes, tx: bytes, both: bytes })
export type WireLogText = v.InferOutput<typeof wireLogText>
