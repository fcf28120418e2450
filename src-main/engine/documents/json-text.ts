import { prototypeNames } from '../../contract/schemas/common.ts'
import { findJsonFault } from './json-fault.ts'

/** What reading JSON gave: a value, or the reason why it is none, as a sentence for the user. */
export type JsonReading =
  { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly reason: string }

/** Deepest nesting that is believed; every document of Wirebench has fewer than ten levels. */
export const maximumJsonDepth = 32

const unreadable = (reason: string): JsonReading => ({ kind: 'unreadable', reason })

/** Reads UTF-8 JSON. A byte order mark is skipped. */
export function readJsonBytes(bytes: Uint8Array): JsonReading {
  try {
    return readJsonText(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return unreadable('It is not UTF-8 text.')
  }
}

/**
 * Reads JSON that may be hostile: nothing deeper than `maximumJsonDepth`, no key that reaches for a prototype. The
 * reason names the line or the place.
 */
export function readJsonText(text: string): JsonReading {
  if (text.trim() === '') return unreadable('It is empty.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable(syntaxReason(text))
  }
  const hostile = findHostile(value)
  return hostile === null ? { kind: 'value', value } : unreadable(hostile)
}

/** Pretty JSON with a final newline: small differences when kept under version control. */
export function writeJsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length

function syntaxReason(text: string): string {
  const conflict = /^<{7} /m.exec(text)
  if (conflict !== null) {
    return `Line ${lineAt(text, conflict.index)} holds a merge conflict. Resolve it in version control.`
  }
  const position = findJsonFault(text)
  if (position >= text.length) return 'It ends in the middle: it is not whole JSON.'
  return `Line ${lineAt(text, position)} is not JSON.`
}

/** Walks without recursion: the nesting may be as deep as the text is long. */
function findHostile(root: unknown): string | null {
  const waiting: { readonly value: unknown; readonly place: string; readonly depth: number }[] = [
    { value: root, place: '', depth: 1 },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, place, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (depth > maximumJsonDepth) return `${place.slice(0, 60)} is nested deeper than ${maximumJsonDepth} levels.`
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        waiting.push({ value: item, place: `${place}[${index}]`, depth: depth + 1 })
      continue
    }
    for (const [key, item] of Object.entries(value)) {
      const itemPlace = joinPlace(place, key)
      if (prototypeNames.has(key)) return `The name ${itemPlace} is not allowed.`
      waiting.push({ value: item, place: itemPlace, depth: depth + 1 })
    }
  }
  return null
}

/** `profiles[3]` and `name` give `profiles[3].name`. */
export function joinPlace(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`
}
