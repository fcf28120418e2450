import * as v from 'valibot'
import { errorShape, identifier, wholeNumber } from './common.ts'

/** Work on captures that takes its time: goes on without a window, tells how far it is, and can be cancelled. */
export const jobSnapshot = v.object({
  jobId: identifier,
  kind: v.picklist(['export', 'import', 'check']),
  /** What is worked on, for people: a capture's or a file's name. */
  subject: v.string(),
  /** The capture that is exported or checked; null for an import. */
  captureId: v.nullable(identifier),
  state: v.picklist(['running', 'done', 'failed', 'cancelled']),
  /** Bytes of the source done, and all of them. */
  doneBytes: wholeNumber,
  totalBytes: wholeNumber,
  startedAtUnixUs: wholeNumber,
  /** When `failed`. */
  error: v.nullable(errorShape),
  /** What came of it, when `done`. */
  result: v.nullable(
    v.object({
      /** An import: the captures it made. */
      captureIds: v.array(identifier),
      /** An export: the file on the engine's machine, or null where it waits to be taken by `downloadId`. */
      path: v.nullable(v.string()),
      /** Path of the address under which this host gives the file out, `/downloads/ID`; it is deleted an hour later. */
      downloadId: v.nullable(identifier),
      fileName: v.nullable(v.string()),
      byteCount: wholeNumber,
      /** Sentences on what was left out, guessed or lost. A check tells here what it found. */
      notes: v.array(v.string()),
      /** A check or an import: nothing was wrong or lost. */
      isWhole: v.boolean(),
    }),
  ),
})
export type JobSnapshot = v.InferOutput<typeof jobSnapshot>
export type JobResult = NonNullable<JobSnapshot['result']>
