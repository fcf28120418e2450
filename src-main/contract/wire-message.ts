import * as v from 'valibot'
import { describeError, type ErrorShape } from './errors.ts'
import { errorShape, wholeNumber } from './schemas/common.ts'
import type { WireMessage } from './wire.ts'

const name = v.pipe(v.string(), v.maxLength(200))
const anything = v.optional(v.unknown())

const wireMessage = v.variant('type', [
  v.object({ type: v.literal('hello'), contractVersion: v.number() }),
  v.object({ type: v.literal('end'), error: errorShape }),
  v.object({ type: v.literal('call'), id: wholeNumber, command: name, request: anything }),
  v.object({ type: v.literal('cancel'), id: wholeNumber }),
  v.object({ type: v.literal('subscribe'), id: wholeNumber, event: name, topic: v.nullable(name) }),
  v.object({ type: v.literal('unsubscribe'), id: wholeNumber }),
  v.object({ type: v.literal('reply'), id: wholeNumber, reply: anything }),
  v.object({ type: v.literal('error'), id: wholeNumber, error: errorShape }),
  v.object({ type: v.literal('event'), id: wholeNumber, payload: anything }),
])

export type ParsedWireMessage =
  { readonly ok: true; readonly message: WireMessage } | { readonly ok: false; readonly error: ErrorShape }

/** Checks the shape of what arrived on a wire; contents (`request`, `reply`, `payload`) are checked by their schemas. */
export function parseWireMessage(input: unknown): ParsedWireMessage {
  const result = v.safeParse(wireMessage, input, { abortEarly: true })
  if (!result.success) {
    return { ok: false, error: describeError('wire-malformed', explainIssues(result.issues)) }
  }
  return { ok: true, message: result.output as WireMessage }
}

/** Where the first issue is and what it says; both as error data, the path within the sentence too. */
export function explainIssues(issues: readonly v.BaseIssue<unknown>[]): { path: string; reason: string } {
  const issue = issues[0]
  if (issue === undefined) return { path: '', reason: 'It does not fit its schema.' }
  const path = v.getDotPath(issue) ?? ''
  const said = issue.message.length > 300 ? `${issue.message.slice(0, 300)}...` : issue.message
  return { path, reason: path === '' ? `${said}.` : `At ${path}: ${said}.` }
}
