import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ReplyCapture, WaitCondition } from '../../contract/schemas/sequence.ts'
import { parseHex } from '../hex/parse-hex.ts'
import { formatJson } from '../json/format-json.ts'
import type { JsonPath } from '../json/json-node.ts'
import { parseJsonPath } from '../json/json-path.ts'
import { parseJsonDocument } from '../json/parse-json.ts'
import { parseEscapedText } from '../text/escapes.ts'
import { parseByteExpression } from './byte-regular-expression.ts'

/** A capture that is ready to be taken. */
export type PlannedCapture =
  | { readonly name: string; readonly kind: 'group'; readonly group: number | string }
  | { readonly name: string; readonly kind: 'json-path'; readonly path: JsonPath }
  | { readonly name: string; readonly kind: 'bytes'; readonly offset: number; readonly length: number }

/** A condition that is ready to be looked for. */
export type PlannedCondition =
  | { readonly kind: 'bytes'; readonly needle: Uint8Array }
  | { readonly kind: 'regular-expression'; readonly expression: RegExp }
  /** `equals`: compact JSON. */
  | { readonly kind: 'json-path'; readonly path: JsonPath; readonly equals: string | null }
  | { readonly kind: 'frames'; readonly count: number }

export interface WaitPlan {
  readonly condition: PlannedCondition
  readonly captures: readonly PlannedCapture[]
}

export type PlannedWait =
  { readonly ok: true; readonly plan: WaitPlan } | { readonly ok: false; readonly error: ErrorShape }

/**
 * Reads what a step waits for and captures. Text has the escapes of the composer and is looked for as UTF-8. Errors:
 * `pattern-malformed`, `json-path-malformed`, `hex-malformed`, `escape-malformed`.
 */
export function planWait(condition: WaitCondition, captures: readonly ReplyCapture[]): PlannedWait {
  const planned = planCondition(condition)
  if ('code' in planned) return { ok: false, error: planned }
  const ready: PlannedCapture[] = []
  for (const capture of captures) {
    const result = planCapture(capture, planned.kind)
    if ('code' in result) return { ok: false, error: result }
    ready.push(result)
  }
  return { ok: true, plan: { condition: planned, captures: ready } }
}

const malformed = (reason: string): ErrorShape => describeError('pattern-malformed', { reason })

function planCondition(condition: WaitCondition): PlannedCondition | ErrorShape {
  switch (condition.kind) {
    case 'bytes':
    case 'text': {
      const parsed = condition.kind === 'bytes' ? parseHex(condition.hex) : parseEscapedText(condition.text)
      if (!parsed.ok) return parsed.error
      if (parsed.bytes.length === 0) return malformed('There are no bytes to wait for.')
      return { kind: 'bytes', needle: parsed.bytes }
    }
    case 'regular-expression': {
      const parsed = parseByteExpression(condition.pattern, condition.ignoreCase)
      return parsed.ok ? { kind: 'regular-expression', expression: parsed.expression } : parsed.error
    }
    case 'json-path': {
      const parsed = parseJsonPath(condition.path)
      if (!parsed.ok) return parsed.error
      if (condition.equals === null) return { kind: 'json-path', path: parsed.path, equals: null }
      const equals = parseJsonDocument(condition.equals)
      if (!equals.ok)
        return malformed(`What the value is compared to must be JSON, texts in quotes: ${condition.equals}`)
      return { kind: 'json-path', path: parsed.path, equals: formatJson(equals.root, 'compact') }
    }
    case 'frames':
      return condition
    default:
      return condition satisfies never
  }
}

function planCapture({ name, from }: ReplyCapture, kind: PlannedCondition['kind']): PlannedCapture | ErrorShape {
  const ofMessages = kind === 'json-path' || kind === 'frames'
  switch (from.kind) {
    case 'group':
      if (kind !== 'regular-expression')
        return malformed(`"${name}" captures a group, which only a regular expression has.`)
      return { name, kind: 'group', group: from.group }
    case 'json-path': {
      if (!ofMessages) return malformed(`"${name}" captures by JSON path: wait for a JSON path or for messages.`)
      const parsed = parseJsonPath(from.path)
      return parsed.ok ? { name, kind: 'json-path', path: parsed.path } : parsed.error
    }
    case 'bytes':
      return { name, kind: 'bytes', offset: from.offset, length: from.length }
    default:
      return from satisfies never
  }
}
