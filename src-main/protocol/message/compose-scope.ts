import type { ErrorShape } from '../../contract/errors.ts'
import { describeError } from '../../contract/errors.ts'
import type { ComposeContext, ComposeRemark, ComposeSteps, VariableText } from './composition.ts'
import type { PlaceholderMeaning, TimeUnit } from './placeholders.ts'

/** The text of something, or why it has none. */
export type ScopeText = VariableText | { readonly error: ErrorShape }

/**
 * One composing: the context, and what it used of it. A counter has the same value wherever it stands in a message and
 * moves on once; the step named first counts.
 */
export class ComposeScope {
  readonly context: ComposeContext
  readonly remarks: ComposeRemark[] = []
  readonly #counters = new Map<string, { readonly value: bigint; readonly next: bigint }>()
  consumesSequenceId = false

  constructor(context: ComposeContext) {
    this.context = context
  }

  steps(): ComposeSteps {
    const counters = Object.fromEntries([...this.#counters].map(([name, { next }]) => [name, next]))
    return { counters, consumesSequenceId: this.consumesSequenceId }
  }

  counter(name: string, start: bigint, step: bigint): bigint {
    const used = this.#counters.get(name)
    if (used !== undefined) return used.value
    const value = this.context.counter(name) ?? start
    this.#counters.set(name, { value, next: value + step })
    return value
  }

  /** What stands where a placeholder was. */
  textOf(meaning: PlaceholderMeaning): ScopeText {
    switch (meaning.kind) {
      case 'variable':
        return this.variable(meaning.name)
      case 'captured':
        return this.captured(meaning.name)
      case 'counter':
        return plain(paddedDigits(this.counter(meaning.name, meaning.start, meaning.step).toString(), meaning.width))
      case 'time':
        return plain(timeText(this.context.nowUnixNs, meaning.unit))
      case 'random':
        return plain(hexText(this.context.random(meaning.byteCount)))
      case 'uuid':
        return plain(this.context.uuid())
      default:
        return meaning satisfies never
    }
  }

  variable(name: string): ScopeText {
    return this.context.variable(name) ?? { error: describeError('variable-unknown', { name }) }
  }

  captured(name: string): ScopeText {
    const text = this.context.captured(name)
    return text === null ? { error: describeError('captured-unknown', { name }) } : plain(text)
  }
}

const plain = (text: string): VariableText => ({ text, secret: false })

/** Digits filled with zeros after the sign. */
export function paddedDigits(digits: string, width: number): string {
  return digits.startsWith('-') ? `-${digits.slice(1).padStart(width - 1, '0')}` : digits.padStart(width, '0')
}

/** Lower-case hex without separators. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const nanosecondsPer = { 'unix-s': 1_000_000_000n, 'unix-ms': 1_000_000n, 'unix-us': 1000n, 'unix-ns': 1n } as const

/** Whole units since 1970, rounded down. */
export function timeNumber(unixNs: bigint, unit: Exclude<TimeUnit, 'iso-8601'>): bigint {
  return unixNs / nanosecondsPer[unit]
}

/** Digits, or for ISO 8601 the time in UTC with milliseconds (`2026-11-20T09:30:05.123Z`). */
export function timeText(unixNs: bigint, unit: TimeUnit): string {
  if (unit !== 'iso-8601') return timeNumber(unixNs, unit).toString()
  return new Date(Number(unixNs / 1_000_000n)).toISOString()
}
