/**
 * A document as the values that the schema library works on. Numbers that a double does not hold exactly get a stand-in
 * that is whole exactly when they are; what they really say is looked up by the object or array they stand in.
 */
import type { JsonNode } from '../../protocol/json/json-node.ts'
import { canonicalNumber, exactNumber, isWhole, type ExactNumber } from './exact-number.ts'

/** Objects have no prototype, so that a key like `toString` is only there when it was sent. */
export type PlainValue =
  string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue }

/** Where a value stands: undefined for a root. */
export interface PlainPlace {
  readonly parent: unknown
  readonly key: string | number
}

/** Texts of the numbers that doubles do not hold, by the object or array and the key. */
const inexactTexts = new WeakMap<object, Map<string, string>>()

/** The value of a tree in an array of its own, so that a root has a place like any other. */
export function plainDocument(root: JsonNode): [PlainValue] {
  const holder: [PlainValue] = [null]
  holder[0] = plainValue(root, { parent: holder, key: 0 })
  return holder
}

/** The number at a place as it was written, unless a double tells as much. */
export function numberTextAt(value: number, { parent, key }: PlainPlace): string {
  const texts = typeof parent === 'object' && parent !== null ? inexactTexts.get(parent) : undefined
  return texts?.get(String(key)) ?? String(value)
}

/** True when the number at a place says more than its double. */
export function isInexactAt({ parent, key }: PlainPlace): boolean {
  return typeof parent === 'object' && parent !== null && inexactTexts.get(parent)?.has(String(key)) === true
}

/** What the number at a place says exactly. */
export function exactAt(value: number, place: PlainPlace): ExactNumber {
  return exactNumber(numberTextAt(value, place))
}

/** The same text for values that are equal by JSON Schema: numbers by value, objects whatever their order. */
export function canonicalText(value: unknown, place: PlainPlace): string {
  if (typeof value === 'number') {
    return Number.isNaN(value) ? 'NaN' : canonicalNumber(exactAt(value, place))
  }
  if (Array.isArray(value)) {
    return `[${value.map((element, key) => canonicalText(element, { parent: value, key })).join(',')}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${canonicalText(member, { parent: value, key })}`,
  )
  return `{${members.sort().join(',')}}`
}

function plainValue(node: JsonNode, place: { parent: object; key: string | number }): PlainValue {
  switch (node.kind) {
    case 'object': {
      const value = Object.create(null) as Record<string, PlainValue>
      for (const { key, value: member } of node.members) value[key] = plainValue(member, { parent: value, key })
      return value
    }
    case 'array': {
      const elements: PlainValue[] = []
      node.elements.forEach((element, key) => elements.push(plainValue(element, { parent: elements, key })))
      return elements
    }
    case 'string':
    case 'boolean':
      return node.value
    case 'null':
      return null
    case 'special':
      return NaN
    case 'number':
      return plainNumber(node.text, place)
  }
}

function plainNumber(text: string, { parent, key }: { parent: object; key: string | number }): number {
  const value = Number(text)
  const texts = inexactTexts.get(parent)
  if (isToldByDouble(text, value)) {
    // The key may have stood here before, with a number that is no longer meant.
    texts?.delete(String(key))
    return value
  }
  if (texts === undefined) inexactTexts.set(parent, new Map([[String(key), text]]))
  else texts.set(String(key), text)
  if (!isWhole(exactNumber(text))) return Number.isInteger(value) ? 0.5 : value
  if (Number.isFinite(value)) return value
  return value < 0 ? -Number.MAX_VALUE : Number.MAX_VALUE
}

/** Fifteen digits come back from a double as they were; longer texts often do. */
function isToldByDouble(text: string, value: number): boolean {
  return (text.length <= 15 && !/e/i.test(text)) || String(value) === text
}
