import * as v from 'valibot'
import { wholeNumber } from './common.ts'

/** Longest texts that a request may carry; the engine says what it checks of them. */
const maximumTextLength = 16 * 1024 * 1024

export const jsonCheckRequest = v.object({
  /** A JSON Schema of 2020-12, 2019-09, draft 07 or draft 06, at most 1 MiB. */
  schemaText: v.pipe(v.string(), v.maxLength(maximumTextLength)),
  /** The document, at most 16 MiB. */
  jsonText: v.pipe(v.string(), v.maxLength(maximumTextLength)),
})

export const jsonProblem = v.object({
  /** Where it is, like `$.items[0]`; in the schema when `kind` is `schema`. */
  path: v.string(),
  /** A sentence for the user. */
  message: v.string(),
  /** Where the value starts in `jsonText`, in UTF-16 units from 0; null when the problem is not in the document. */
  index: v.nullable(wholeNumber),
  /** `schema`: the schema cannot be used, so nothing was checked. `document`: the document is not as it should be. */
  kind: v.picklist(['schema', 'document']),
})

export const jsonCheckReply = v.object({
  /** In the order of the document, at most 100. */
  problems: v.array(jsonProblem),
  /** False when there may be more problems than these: too many, too large, out of time, or an unusable schema. */
  complete: v.boolean(),
})

export type JsonCheckRequest = v.InferOutput<typeof jsonCheckRequest>
export type JsonProblem = v.InferOutput<typeof jsonProblem>
export type JsonCheckReply = v.InferOutput<typeof jsonCheckReply>
