import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { BytePattern, BytePatternInput } from '../../../src-main/contract/schemas/capture-filter.ts'
import { patternWords } from '../../strings/filter.ts'
import type { FieldError } from '../../ui/field-error.ts'

/** A pattern as it is typed. */
export interface PatternDraft {
  readonly kind: BytePattern['kind']
  readonly typed: string
  readonly ignoresCase: boolean
  /** Of a text. */
  readonly encoding: string
}

export const noPattern: PatternDraft = { kind: 'text', typed: '', ignoresCase: false, encoding: 'utf-8' }

/** Whether a text is looked for in another encoding than the usual one. */
export function hasOwnEncoding({ kind, encoding }: PatternDraft): boolean {
  return kind === 'text' && encoding !== noPattern.encoding
}

/** The pattern that a draft stands for; null while nothing is typed. What is wrong with it is told by the engine. */
export function patternOf({ kind, typed, ignoresCase, encoding }: PatternDraft): BytePatternInput | null {
  if (typed === '' || (kind === 'hex' && typed.trim() === '')) return null
  if (kind === 'text') return { kind, text: typed, ignoresCase, encoding }
  return kind === 'hex' ? { kind, hex: typed } : { kind, source: typed, ignoresCase }
}

/** A pattern as it is typed. */
export function patternDraftOf(pattern: BytePatternInput): PatternDraft {
  if (pattern.kind === 'hex') return { ...noPattern, kind: 'hex', typed: pattern.hex }
  const ignoresCase = pattern.ignoresCase ?? false
  return pattern.kind === 'text'
    ? { kind: 'text', typed: pattern.text, ignoresCase, encoding: pattern.encoding ?? 'utf-8' }
    : { ...noPattern, kind: 'expression', typed: pattern.source, ignoresCase }
}

/** What was typed, as it is named in a sentence: `"OK"`, `de ad`, `/ERR\d/`. */
export function patternText(pattern: BytePatternInput): string {
  if (pattern.kind === 'hex') return pattern.hex
  return pattern.kind === 'text' ? `"${pattern.text}"` : `/${pattern.source}/${pattern.ignoresCase === true ? 'i' : ''}`
}

/** What is wrong with a pattern, with the place of the character where it is known. */
export function patternProblem({ message, code, data }: ErrorShape): FieldError {
  const { position } = data
  const place = code === 'pattern-malformed' && typeof position === 'number' ? ` ${patternWords.at(position)}` : ''
  return { message: `${message}${place}`, code }
}
