import type { ReplyDifference } from '../../../contract/schemas/call.ts'
import { formatJson } from '../../json/format-json.ts'
import type { JsonMember, JsonNode, JsonPathStep } from '../../json/json-node.ts'
import { formatJsonPath } from '../../json/json-path.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'

const maximumDifferences = 1000

export interface RepliesCompared {
  /** In the order of the first document; what was added to an object or array comes at its end. */
  readonly differences: readonly ReplyDifference[]
  /** False when there are more. */
  readonly isComplete: boolean
}

/**
 * Where two JSON texts are different. The order of members does not matter, white space and the way a text is escaped neither. Numbers are
 * compared as they are written: `1` and `1.0` are different, since a peer that turns one into the other has changed its type. Of arrays,
 * equal elements at both ends are put together, so that one that was inserted is told as one; those between are compared one by one,
 * `removed` ones with their place in the first text, `added` ones with their place in the second. A text that is no JSON, such as
 * one that was cut short, is different as a whole unless both are the same.
 */
export function compareReplies(first: string, second: string): RepliesCompared {
  if (first === second) return { differences: [], isComplete: true }
  const [left, right] = [parseJsonDocument(first), parseJsonDocument(second)]
  if (!left.ok || !right.ok) {
    return { differences: [{ path: '$', kind: 'changed', first, second }], isComplete: true }
  }
  const comparison = new Comparison()
  comparison.compare(left.root, right.root)
  const { differences } = comparison
  return { differences: differences.slice(0, maximumDifferences), isComplete: differences.length <= maximumDifferences }
}

/** Depth is that of the trees, which their reader has limited. */
class Comparison {
  readonly differences: ReplyDifference[] = []
  readonly #path: JsonPathStep[] = []

  compare(first: JsonNode, second: JsonNode): void {
    if (this.differences.length > maximumDifferences) return
    if (first.kind === 'object' && second.kind === 'object') this.#objects(first.members, second.members)
    else if (first.kind === 'array' && second.kind === 'array') this.#arrays(first.elements, second.elements)
    else if (!areEqual(first, second)) this.#tell('changed', first, second)
  }

  #objects(first: readonly JsonMember[], second: readonly JsonMember[]): void {
    const others = membersByKey(second)
    for (const { key, value } of first) {
      const other = others.get(key)?.shift()
      this.#at({ kind: 'member', name: key }, () => {
        if (other === undefined) this.#tell('removed', value, null)
        else this.compare(value, other)
      })
    }
    for (const [key, rest] of others) {
      for (const value of rest) this.#at({ kind: 'member', name: key }, () => this.#tell('added', null, value))
    }
  }

  #arrays(first: readonly JsonNode[], second: readonly JsonNode[]): void {
    const shorter = Math.min(first.length, second.length)
    let same = 0
    while (same < shorter && areEqual(first[same], second[same])) same++
    let sameAtEnd = 0
    while (sameAtEnd < shorter - same && areEqual(first.at(-1 - sameAtEnd), second.at(-1 - sameAtEnd))) sameAtEnd++
    const last = Math.max(first.length, second.length) - sameAtEnd
    for (let index = same; index < last; index++) {
      const left = index < first.length - sameAtEnd ? first[index] : undefined
      const right = index < second.length - sameAtEnd ? second[index] : undefined
      this.#at({ kind: 'element', index }, () => {
        if (left !== undefined && right !== undefined) this.compare(left, right)
        else this.#tell(left === undefined ? 'added' : 'removed', left ?? null, right ?? null)
      })
    }
  }

  #at(step: JsonPathStep, act: () => void): void {
    if (this.differences.length > maximumDifferences) return
    this.#path.push(step)
    act()
    this.#path.pop()
  }

  #tell(kind: ReplyDifference['kind'], first: JsonNode | null, second: JsonNode | null): void {
    const text = (node: JsonNode | null): string | null => (node === null ? null : formatJson(node, 'compact'))
    this.differences.push({ path: formatJsonPath(this.#path), kind, first: text(first), second: text(second) })
  }
}

/** In the order of the document; a key that stands twice has two values. */
function membersByKey(members: readonly JsonMember[]): Map<string, JsonNode[]> {
  const byKey = new Map<string, JsonNode[]>()
  for (const { key, value } of members) {
    const values = byKey.get(key)
    if (values === undefined) byKey.set(key, [value])
    else values.push(value)
  }
  return byKey
}

function areEqual(first: JsonNode | undefined, second: JsonNode | undefined): boolean {
  if (first === undefined || second === undefined) return first === second
  switch (first.kind) {
    case 'object':
      return second.kind === 'object' && areMembersEqual(first.members, second.members)
    case 'array':
      return (
        second.kind === 'array' &&
        first.elements.length === second.elements.length &&
        first.elements.every((element, index) => areEqual(element, second.elements[index]))
      )
    case 'string':
      return second.kind === 'string' && first.value === second.value
    case 'boolean':
      return second.kind === 'boolean' && first.value === second.value
    case 'number':
    case 'special':
      return second.kind === first.kind && first.text === second.text
    case 'null':
      return second.kind === 'null'
  }
}

function areMembersEqual(first: readonly JsonMember[], second: readonly JsonMember[]): boolean {
  if (first.length !== second.length) return false
  const others = membersByKey(second)
  return first.every(({ key, value }) => areEqual(value, others.get(key)?.shift()))
}
