import * as v from 'valibot'

/** What a text ends with when it is sent. */
export const lineEndingName = v.picklist(['none', 'lf', 'crlf', 'cr'])
export type LineEndingName = v.InferOutput<typeof lineEndingName>
