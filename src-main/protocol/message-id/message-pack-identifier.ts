import type { JsonPath, JsonPathStep } from '../json/json-node.ts'
import { decodeMessagePackPrefix } from '../msgpack/decode.ts'
import type { MessagePackNode } from '../msgpack/message-pack-node.ts'
import { cutIdentifier, usualIdentifierNames } from './usual-names.ts'

/** More values than that do not stand before an identifier. */
const mostValues = 100_000

/**
 * The identifier of a message that is one value of MessagePack: the value at `path`, read as for JSON with the keys of maps
 * as names, or of the first usual name in the outermost map. `[*]`, `.*` and `..name` take the first that there is.
 */
export function messagePackIdentifier(
  payload: Uint8Array,
  path: JsonPath | null,
  firstLookBytes: number,
): string | null {
  const head = payload.subarray(0, firstLookBytes)
  const inHead = identifierIn(head, path)
  return inHead === null && payload.length > head.length ? identifierIn(payload, path) : inHead
}

function identifierIn(bytes: Uint8Array, path: JsonPath | null): string | null {
  const { node: root, truncated } = decodeMessagePackPrefix(bytes, 0, { maximumValues: mostValues })
  const textOf = (node: MessagePackNode | null): string | null => {
    return node === null || (truncated && node.end >= bytes.length) ? null : scalarText(node)
  }
  if (path !== null) {
    let node: MessagePackNode | null = root
    for (const step of path) node = node === null ? null : follow(node, step)
    return textOf(node)
  }
  for (const name of usualIdentifierNames) {
    const found = textOf(member(root, name))
    if (found !== null) return found
  }
  return null
}

function scalarText(node: MessagePackNode): string | null {
  switch (node.kind) {
    case 'string':
      return cutIdentifier(node.text)
    case 'integer':
    case 'float':
    case 'boolean':
      return String(node.value)
    default:
      return null
  }
}

function follow(node: MessagePackNode, step: JsonPathStep): MessagePackNode | null {
  switch (step.kind) {
    case 'member':
      return member(node, step.name)
    case 'element':
      return node.kind === 'array' ? (node.items.at(step.index) ?? null) : null
    case 'all':
      return childrenOf(node)[0] ?? null
    case 'descendant':
      return descendant(node, step.name)
  }
}

/** Of a key that stands twice the last counts. */
function member(node: MessagePackNode, name: string): MessagePackNode | null {
  if (node.kind !== 'map') return null
  const entry = node.entries.findLast(({ key }) => {
    return key.kind === 'string' ? key.text === name : key.kind === 'integer' && String(key.value) === name
  })
  return entry?.value ?? null
}

function childrenOf(node: MessagePackNode): readonly MessagePackNode[] {
  if (node.kind === 'array') return node.items
  return node.kind === 'map' ? node.entries.map(({ value }) => value) : []
}

function descendant(root: MessagePackNode, name: string): MessagePackNode | null {
  const waiting = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const found = member(node, name)
    if (found !== null) return found
    waiting.push(...childrenOf(node).toReversed())
  }
  return null
}
