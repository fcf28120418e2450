import type { MessageSource } from '../../../../src-main/contract/schemas/message.ts'
import type { ReplyCapture, SequenceStep, WaitCondition } from '../../../../src-main/contract/schemas/sequence.ts'

/** A captured value while it is edited: every source as typed, so that nothing typed is lost. */
export interface CaptureDraft {
  readonly key: number
  readonly name: string
  readonly from: ReplyCapture['from']['kind']
  readonly group: string
  readonly path: string
  readonly offset: string
  readonly length: string
}

export interface WaitDraft {
  readonly kind: 'wait'
  readonly condition: WaitCondition['kind']
  readonly hex: string
  readonly text: string
  readonly pattern: string
  readonly ignoreCase: boolean
  readonly path: string
  /** JSON; empty for anything. */
  readonly equals: string
  readonly count: string
  readonly timeout: string
  readonly captures: readonly CaptureDraft[]
}

/** A step while it is edited. `key` is its own as long as the editor is open. */
export type StepDraft = { readonly key: number } & (
  | { readonly kind: 'send'; readonly message: MessageSource }
  | { readonly kind: 'send-saved'; readonly entryId: string }
  | WaitDraft
  | { readonly kind: 'pause'; readonly duration: string }
)

let lastKey = 0

export function newKey(): number {
  return (lastKey += 1)
}

const emptyWait: WaitDraft = {
  kind: 'wait',
  condition: 'text',
  hex: '',
  text: '',
  pattern: '',
  ignoreCase: false,
  path: '',
  equals: '',
  count: '1',
  timeout: '10000',
  captures: [],
}

/** A new step as it begins. */
export function emptyStep(kind: SequenceStep['kind']): StepDraft {
  const key = newKey()
  switch (kind) {
    case 'send':
      return {
        key,
        kind,
        message: {
          content: { mode: 'text', text: '', encoding: 'utf-8', lineEnding: 'lf' },
          computed: [],
          framed: true,
        },
      }
    case 'send-saved':
      return { key, kind, entryId: '' }
    case 'wait':
      return { key, ...emptyWait }
    case 'pause':
      return { key, kind, duration: '1000' }
    default:
      return kind satisfies never
  }
}

/** A new captured value: from where such a wait has something. */
export function emptyCapture(condition: WaitCondition['kind']): CaptureDraft {
  const from = condition === 'regular-expression' ? 'group' : condition === 'json-path' ? 'json-path' : 'bytes'
  return { key: newKey(), name: '', from, group: '1', path: '$', offset: '0', length: '1' }
}

/** A kept step, to be edited. */
export function draftOfStep(step: SequenceStep): StepDraft {
  const key = newKey()
  switch (step.kind) {
    case 'send':
    case 'send-saved':
      return { key, ...step }
    case 'pause':
      return { key, kind: 'pause', duration: String(step.durationMs) }
    case 'wait':
      return {
        key,
        ...emptyWait,
        ...fieldsOf(step.condition),
        timeout: String(step.timeoutMs),
        captures: step.captures.map(draftOfCapture),
      }
    default:
      return step satisfies never
  }
}

/** The same step once more, with keys of its own. */
export function copyOfDraft(draft: StepDraft): StepDraft {
  const copy = { ...draft, key: newKey() }
  if (copy.kind !== 'wait') return copy
  return { ...copy, captures: copy.captures.map((capture) => ({ ...capture, key: newKey() })) }
}

function fieldsOf(condition: WaitCondition): Partial<WaitDraft> {
  switch (condition.kind) {
    case 'bytes':
      return { condition: 'bytes', hex: condition.hex }
    case 'text':
      return { condition: 'text', text: condition.text }
    case 'regular-expression':
      return { condition: 'regular-expression', pattern: condition.pattern, ignoreCase: condition.ignoreCase }
    case 'json-path':
      return { condition: 'json-path', path: condition.path, equals: condition.equals ?? '' }
    case 'frames':
      return { condition: 'frames', count: String(condition.count) }
    default:
      return condition satisfies never
  }
}

function draftOfCapture({ name, from }: ReplyCapture): CaptureDraft {
  const empty = { ...emptyCapture('text'), name, from: from.kind }
  if (from.kind === 'group') return { ...empty, group: String(from.group) }
  if (from.kind === 'json-path') return { ...empty, path: from.path }
  return { ...empty, offset: String(from.offset), length: String(from.length) }
}
