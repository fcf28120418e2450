import type { ErrorShape } from '../../../../src-main/contract/errors.ts'
import { maximumMessageSource, type MessageSource } from '../../../../src-main/contract/schemas/message.ts'
import type { ReplyCapture, SequenceStep, WaitCondition } from '../../../../src-main/contract/schemas/sequence.ts'
import { parseHex } from '../../../../src-main/protocol/hex/parse-hex.ts'
import { findPlaceholders } from '../../../../src-main/protocol/message/placeholders.ts'
import { planWait } from '../../../../src-main/protocol/sequence/wait-plan.ts'
import { parseEscapedText } from '../../../../src-main/protocol/text/escapes.ts'
import { patternReasons, stepErrors as words } from '../../../strings/sequences.ts'
import type { FieldError } from '../../../ui/field-error.ts'
import { contentLength, isEmptyContent } from '../../composer/message-contents.ts'
import type { CaptureDraft, StepDraft, WaitDraft } from './step-draft.ts'

/** Where something is wrong in a step. Of a capture: its key, then `name` or `value`. */
export type StepField =
  'message' | 'entry' | 'condition' | 'equals' | 'time' | 'captures' | `${number}.${'name' | 'value'}`

export type StepProblems = Partial<Record<StepField, FieldError>>

export type StepReading =
  { readonly ok: true; readonly step: SequenceStep } | { readonly ok: false; readonly problems: StepProblems }

const longestTimeMs = 24 * 3600 * 1000
const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/

/** The step of a draft, or what is wrong by field. `isMessage` answers whether a saved message is there. */
export function readStep(draft: StepDraft, isMessage: (entryId: string) => boolean): StepReading {
  switch (draft.kind) {
    case 'send': {
      const error = messageProblem(draft.message)
      return error === null ? taken({ kind: 'send', message: draft.message }) : wrong({ message: error })
    }
    case 'send-saved':
      if (draft.entryId === '') return wrong({ entry: { message: words.chooseMessage } })
      if (!isMessage(draft.entryId)) {
        return wrong({ entry: { message: words.messageGone, code: 'library-entry-not-found' } })
      }
      return taken({ kind: 'send-saved', entryId: draft.entryId })
    case 'pause': {
      const durationMs = wholeNumber(draft.duration, 0, longestTimeMs)
      return durationMs === null ? wrong({ time: { message: words.time } }) : taken({ kind: 'pause', durationMs })
    }
    case 'wait':
      return readWait(draft)
    default:
      return draft satisfies never
  }
}

/** What cannot be read, which has a code, without what is merely missing or out of bounds. */
export function codedProblems(problems: StepProblems): StepProblems {
  return Object.fromEntries(Object.entries(problems).filter(([, error]) => error?.code !== undefined))
}

const taken = (step: SequenceStep): StepReading => ({ ok: true, step })
const wrong = (problems: StepProblems): StepReading => ({ ok: false, problems })
const asField = ({ message, code }: ErrorShape): FieldError => ({ message, code })

function messageProblem({ content }: MessageSource): FieldError | null {
  if (isEmptyContent(content) && !(content.mode === 'text' && content.lineEnding !== 'none')) {
    return { message: words.empty }
  }
  if (contentLength(content) > maximumMessageSource) return { message: words.tooLong }
  if (content.mode !== 'text' && content.mode !== 'hex') return null
  const text = content.mode === 'text' ? content.text : content.hex
  const spans = findPlaceholders(text)
  for (const span of spans) if (span.kind === 'malformed') return asField(span.error)
  // What a placeholder stands for decides whether the hex around it is whole; that is known when it is sent.
  if (content.mode === 'hex' && spans.length > 0) return null
  const parsed = content.mode === 'hex' ? parseHex(text) : parseEscapedText(withoutPlaceholders(text, spans))
  return parsed.ok ? null : asField(parsed.error)
}

/** Blanks in their place, so that errors still name the right character. */
function withoutPlaceholders(text: string, spans: ReturnType<typeof findPlaceholders>): string {
  let rest = ''
  let from = 0
  for (const { start, end } of spans) {
    rest += text.slice(from, start) + ' '.repeat(end - start)
    from = end
  }
  return rest + text.slice(from)
}

function readWait(draft: WaitDraft): StepReading {
  const problems: StepProblems = {}
  const timeoutMs = wholeNumber(draft.timeout, 0, longestTimeMs)
  if (timeoutMs === null) problems.time = { message: words.time }
  const condition = readCondition(draft, problems)
  const captures = draft.captures.flatMap((capture) => {
    const read = readCapture(capture, draft, condition, problems)
    return read === null ? [] : [read]
  })
  if (draft.captures.length > 32) problems.captures = { message: words.tooManyCaptures }
  if (timeoutMs === null || condition === null || Object.keys(problems).length > 0) return wrong(problems)
  return taken({ kind: 'wait', condition, timeoutMs, captures })
}

function readCondition(draft: WaitDraft, problems: StepProblems): WaitCondition | null {
  const condition = conditionOf(draft)
  if (condition === null) {
    problems.condition = { message: words.count }
    return null
  }
  const pattern = condition.kind === 'frames' ? 'x' : typedPattern(draft)
  if (pattern === '') problems.condition = { message: words.patternEmpty }
  else if (pattern.length > 4096) problems.condition = { message: words.patternTooLong }
  else if (condition.kind === 'json-path' && (condition.equals?.length ?? 0) > 4096) {
    problems.equals = { message: words.patternTooLong }
  } else {
    const bare = condition.kind === 'json-path' ? { ...condition, equals: null } : condition
    const planned = planWait(bare, [])
    const whole = planned.ok ? planWait(condition, []) : planned
    if (!planned.ok) problems.condition = patternProblem(planned.error, condition.kind)
    else if (!whole.ok) problems.equals = asField(whole.error)
  }
  return problems.condition === undefined && problems.equals === undefined ? condition : null
}

/** Of a regular expression only the reason is told: browsers put the pattern itself before it. */
function patternProblem(error: ErrorShape, kind: WaitCondition['kind']): FieldError {
  const { reason } = error.data
  if (kind !== 'regular-expression' || typeof reason !== 'string' || !reason.startsWith(browserPrefix)) {
    return asField(error)
  }
  const told = reason.slice(reason.lastIndexOf(': ') + 2).replace(/\.$/, '')
  return { message: words.expression(patternReasons.get(told) ?? told), code: error.code }
}

const browserPrefix = 'Invalid regular expression: '

function typedPattern(draft: WaitDraft): string {
  if (draft.condition === 'bytes') return draft.hex
  if (draft.condition === 'text') return draft.text
  return draft.condition === 'json-path' ? draft.path : draft.pattern
}

function conditionOf(draft: WaitDraft): WaitCondition | null {
  switch (draft.condition) {
    case 'bytes':
      return { kind: 'bytes', hex: draft.hex }
    case 'text':
      return { kind: 'text', text: draft.text }
    case 'regular-expression':
      return { kind: 'regular-expression', pattern: draft.pattern, ignoreCase: draft.ignoreCase }
    case 'json-path':
      return { kind: 'json-path', path: draft.path, equals: draft.equals.trim() === '' ? null : draft.equals }
    case 'frames': {
      const count = wholeNumber(draft.count, 1, 1_000_000)
      return count === null ? null : { kind: 'frames', count }
    }
    default:
      return draft.condition satisfies never
  }
}

function readCapture(
  draft: CaptureDraft,
  wait: WaitDraft,
  condition: WaitCondition | null,
  problems: StepProblems,
): ReplyCapture | null {
  const { key, name } = draft
  if (!namePattern.test(name)) problems[`${key}.name`] = { message: words.captureName }
  else if (wait.captures.some((other) => other.key < key && other.name === name)) {
    problems[`${key}.name`] = { message: words.captureTwice }
  }
  const from = sourceOf(draft)
  const problem = sourceProblem(draft, from, wait, condition)
  if (problem !== null) problems[`${key}.value`] = problem
  return from === null ? null : { name, from }
}

function sourceOf({ from, group, path, offset, length }: CaptureDraft): ReplyCapture['from'] | null {
  switch (from) {
    case 'group': {
      const text = group.trim()
      if (text === '' || text.length > 64) return null
      return { kind: 'group', group: wholeNumber(text, 0, 9999) ?? text }
    }
    case 'json-path':
      return path === '' || path.length > 4096 ? null : { kind: 'json-path', path }
    case 'bytes': {
      const start = wholeNumber(offset, 0, Number.MAX_SAFE_INTEGER)
      const count = wholeNumber(length, 0, 65_536)
      return start === null || count === null ? null : { kind: 'bytes', offset: start, length: count }
    }
    default:
      return from satisfies never
  }
}

function sourceProblem(
  draft: CaptureDraft,
  from: ReplyCapture['from'] | null,
  wait: WaitDraft,
  condition: WaitCondition | null,
): FieldError | null {
  const ofMessages = wait.condition === 'json-path' || wait.condition === 'frames'
  if (draft.from === 'group' && wait.condition !== 'regular-expression') return { message: words.captureNoGroup }
  if (draft.from === 'json-path' && !ofMessages) return { message: words.captureNoPath }
  if (from === null) {
    if (draft.from === 'group') return { message: words.captureGroup }
    if (draft.from === 'json-path') return { message: words.patternEmpty }
    const isOffset = wholeNumber(draft.offset, 0, Number.MAX_SAFE_INTEGER) === null
    return { message: isOffset ? words.captureOffset : words.captureLength }
  }
  if (condition === null) return null
  const planned = planWait(condition, [{ name: 'value', from }])
  if (!planned.ok) return asField(planned.error)
  const found = planned.plan.condition
  if (from.kind === 'group' && found.kind === 'regular-expression' && !hasGroup(found.expression, from.group)) {
    return { message: words.captureUnknownGroup }
  }
  return null
}

/** An empty alternative matches the empty text with all groups of the expression, which tells them. */
function hasGroup(expression: RegExp, group: number | string): boolean {
  const match = new RegExp(`${expression.source}|`, expression.flags.replace(/[gy]/g, '')).exec('')
  if (match === null) return true
  return typeof group === 'number' ? group < match.length : Object.hasOwn(match.groups ?? {}, group)
}

/** The number when it is written as digits only and within the bounds; else null. */
export function wholeNumber(text: string, minimum: number, maximum: number): number | null {
  const digits = text.trim()
  if (!/^\d{1,16}$/.test(digits)) return null
  const value = Number(digits)
  return value >= minimum && value <= maximum ? value : null
}
