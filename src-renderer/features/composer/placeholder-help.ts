import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { EnvironmentVariable } from '../../../src-main/contract/schemas/environment.ts'
import { findPlaceholders, placeholderFunctions } from '../../../src-main/protocol/message/placeholders.ts'
import type { EditorHighlight } from '../../ui/code-editor-setup.ts'

/** Longer texts have no placeholders marked in them: that would take longer than a key may. */
const maximumMarkedText = 64 * 1024
const maximumMarks = 500

/** Something that can stand between double braces. */
export interface PlaceholderOffer {
  readonly text: string
  readonly detail: string
}

/** Where the placeholders of a text stand, to be shown as such. */
export function placeholderHighlights(text: string): readonly EditorHighlight[] {
  if (text.length > maximumMarkedText || !text.includes('{{')) return []
  const spans = findPlaceholders(text).filter((span) => span.kind === 'placeholder')
  return spans.slice(0, maximumMarks).map(({ start, end }) => ({ from: start, to: end }))
}

/** Everything that can be put between the braces, variables first. */
export function placeholderOffers(
  variables: readonly EnvironmentVariable[],
  captured: Readonly<Record<string, string>>,
): readonly PlaceholderOffer[] {
  return [
    ...variables.map(({ name, value, secret }) => ({ text: name, detail: secret ? 'secret' : (value ?? 'no value') })),
    ...Object.keys(captured).map((name) => ({ text: `$captured ${name}`, detail: captured[name] ?? '' })),
    ...placeholderFunctions.map(({ text, description }) => ({ text, detail: description })),
  ]
}

/** The beginning of a placeholder right before the cursor; null when there is none. */
export function openPlaceholder(
  text: string,
  cursor: number,
): { readonly from: number; readonly typed: string } | null {
  const before = text.slice(Math.max(0, cursor - 80), cursor)
  const typed = /(?:^|[^\\{])\{\{[ \t]*([^{}\n\r]*)$/.exec(before)?.[1]
  return typed === undefined ? null : { from: cursor - typed.length, typed }
}

/** The text that takes the place of what was typed after the braces, with the braces that are still missing. */
export function completedPlaceholder(offer: PlaceholderOffer, text: string, cursor: number): string {
  return text.startsWith('}}', cursor) ? offer.text : `${offer.text}}}`
}

/** Offers placeholders in an editor with completion. */
export function completePlaceholder(
  context: CompletionContext,
  offers: readonly PlaceholderOffer[],
): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos)
  const open = openPlaceholder(line.text, context.pos - line.from)
  if (open === null) return null
  const options = offers.map((offer): Completion => ({
    label: offer.text,
    detail: offer.detail.slice(0, 60),
    apply: completedPlaceholder(offer, line.text, context.pos - line.from),
  }))
  return { from: line.from + open.from, options, validFor: /^[$\w.-]*$/ }
}
