/**
 * Placeholders in the texts of a message, in double braces, blanks around what stands within allowed:
 *
 *   {{name}}                                              a variable of the environment
 *   {{$counter NAME [start=N] [step=N] [width=N]}}        a number that moves on with every message that was sent
 *   {{$time unix-s|unix-ms|unix-us|unix-ns|iso-8601}}     the time of sending
 *   {{$random N}}                                         N random bytes as hex, 1 to 65536
 *   {{$uuid}}                                             a random UUID (version 4)
 *   {{$captured NAME}}                                    what a wait step captured from a reply, or a reply rule from a message; of a
 *                                                         rule also by the number of a group
 *
 * `\{{` stands for two braces. Of several backslashes before the braces only the last of an odd number escapes them, so
 * that `\\{{name}}` is an escaped backslash and a placeholder. A placeholder stands on one line.
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { prototypeNames } from '../../contract/schemas/common.ts'

export const timeUnits = ['unix-s', 'unix-ms', 'unix-us', 'unix-ns', 'iso-8601'] as const
export type TimeUnit = (typeof timeUnits)[number]

/** What a placeholder stands for. */
export type PlaceholderMeaning =
  | { readonly kind: 'variable'; readonly name: string }
  | {
      readonly kind: 'counter'
      readonly name: string
      readonly start: bigint
      readonly step: bigint
      /** Filled with zeros to so many digits. */
      readonly width: number
    }
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'random'; readonly byteCount: number }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'captured'; readonly name: string }

/** A placeholder with its braces, or an escaped pair of braces (three characters), in UTF-16 units of the text. */
export type PlaceholderSpan =
  | { readonly kind: 'placeholder'; readonly start: number; readonly end: number; readonly meaning: PlaceholderMeaning }
  | { readonly kind: 'escape'; readonly start: number; readonly end: number }
  | { readonly kind: 'malformed'; readonly start: number; readonly end: number; readonly error: ErrorShape }

/** A name that can be offered while a placeholder is written: what stands after the braces, and what it means. */
export const placeholderFunctions: readonly { readonly text: string; readonly description: string }[] = [
  { text: '$counter NAME', description: 'A number that moves on with every message sent; start=, step=, width=.' },
  ...timeUnits.map((unit) => ({ text: `$time ${unit}`, description: 'The time of sending.' })),
  { text: '$random 4', description: 'Random bytes as hex.' },
  { text: '$uuid', description: 'A random UUID.' },
  { text: '$captured NAME', description: 'What a wait step captured from a reply.' },
]

/** Longer ones are taken for braces that are not closed. */
const longestPlaceholder = 300
const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/
/** A name, or the number of a group of a reply rule. */
const capturedPattern = /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,63}|\d{1,4})$/
const counterNamePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/** Every placeholder and escaped pair of braces of a text, in order. Takes time in proportion to the text. */
export function findPlaceholders(text: string): readonly PlaceholderSpan[] {
  const spans: PlaceholderSpan[] = []
  let from = 0
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', from)) {
    const span = isEscaped(text, start, from)
      ? ({ kind: 'escape', start: start - 1, end: start + 2 } as const)
      : readPlaceholder(text, start)
    spans.push(span)
    from = span.end
  }
  return spans
}

/** An odd number of backslashes stands before the braces. */
function isEscaped(text: string, start: number, from: number): boolean {
  let backslashes = 0
  while (start - backslashes > from && text.charCodeAt(start - backslashes - 1) === 0x5c) backslashes++
  return backslashes % 2 === 1
}

function readPlaceholder(text: string, start: number): PlaceholderSpan {
  const reach = text.slice(start + 2, start + longestPlaceholder)
  const close = reach.indexOf('}}')
  const body = close < 0 ? '' : reach.slice(0, close)
  if (close < 0 || /[\n\r{]/.test(body)) {
    return malformed(start, start + 2, 'it is not closed', 'Write }} after the name, or \\{{ for two braces.')
  }
  const end = start + 2 + close + 2
  const meaning = readMeaning(body.trim())
  return 'found' in meaning
    ? malformed(start, end, meaning.found, meaning.reason)
    : { kind: 'placeholder', start, end, meaning }
}

function malformed(start: number, end: number, found: string, reason: string): PlaceholderSpan {
  const error = describeError('placeholder-malformed', { position: start + 1, found, reason })
  return { kind: 'malformed', start, end, error }
}

interface Misread {
  readonly found: string
  readonly reason: string
}

function readMeaning(body: string): PlaceholderMeaning | Misread {
  if (!body.startsWith('$')) {
    if (namePattern.test(body)) return { kind: 'variable', name: body }
    return {
      found: body === '' ? 'it is empty' : `"${body}" is no name`,
      reason: 'Names begin with a letter and have letters, digits, dots, dashes and underscores.',
    }
  }
  const [word = '', ...rest] = body.split(/[ \t]+/)
  switch (word) {
    case '$counter':
      return readCounter(rest)
    case '$time':
      return readTime(rest)
    case '$random':
      return readRandom(rest)
    case '$uuid':
      return rest.length === 0 ? { kind: 'uuid' } : { found: `"${rest[0]}"`, reason: 'Write {{$uuid}} alone.' }
    case '$captured':
      if (rest.length === 1 && capturedPattern.test(rest[0] ?? '')) return { kind: 'captured', name: rest[0] ?? '' }
      return { found: 'one name must follow $captured', reason: 'Write for example {{$captured reply}}.' }
    default:
      return {
        found: `there is no "${word}"`,
        reason: 'Write $counter, $time, $random, $uuid or $captured, or a name for a variable.',
      }
  }
}

function readCounter([name = '', ...options]: readonly string[]): PlaceholderMeaning | Misread {
  if (!counterNamePattern.test(name)) {
    return { found: 'a name must follow $counter', reason: 'Write for example {{$counter request start=1 step=1}}.' }
  }
  if (prototypeNames.has(name)) {
    return { found: `no counter can be named "${name}"`, reason: 'Give the counter another name.' }
  }
  const numbers = { start: 1n, step: 1n, width: 0n }
  for (const option of options) {
    const match = /^(start|step|width)=(-?\d{1,19})$/.exec(option)
    const key = match?.[1] as keyof typeof numbers | undefined
    if (key === undefined) return { found: `"${option}"`, reason: 'Write start=N, step=N or width=N.' }
    numbers[key] = BigInt(match?.[2] ?? 0)
  }
  const { start, step, width } = numbers
  if (width < 0n || width > 64n) return { found: `width=${width}`, reason: 'The width is 0 to 64 digits.' }
  return { kind: 'counter', name, start, step, width: Number(width) }
}

function readTime(rest: readonly string[]): PlaceholderMeaning | Misread {
  const unit = timeUnits.find((candidate) => candidate === rest[0])
  if (unit !== undefined && rest.length === 1) return { kind: 'time', unit }
  return { found: `one of ${timeUnits.join(', ')} must follow $time`, reason: 'Write for example {{$time unix-ms}}.' }
}

function readRandom(rest: readonly string[]): PlaceholderMeaning | Misread {
  const byteCount = /^\d{1,5}$/.test(rest[0] ?? '') ? Number(rest[0]) : 0
  if (rest.length === 1 && byteCount >= 1 && byteCount <= 65_536) return { kind: 'random', byteCount }
  return { found: 'a number of bytes from 1 to 65536 must follow $random', reason: 'Write for example {{$random 4}}.' }
}
