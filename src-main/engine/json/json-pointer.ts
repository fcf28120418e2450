import type { JsonMember, JsonNode, JsonPathStep } from '../../protocol/json/json-node.ts'
import { formatJsonPath } from '../../protocol/json/json-path.ts'

/** What a JSON Pointer (RFC 6901) points at, as far as it is there. */
export interface LocatedNode {
  readonly node: JsonNode
  readonly path: string
}

/** Follows a pointer; of keys that stand twice the last counts. */
export function locatePointer(root: JsonNode, pointer: string, lastKey?: string): LocatedNode {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const steps: JsonPathStep[] = []
  let node = root
  for (const name of lastKey === undefined ? names : [...names, lastKey]) {
    if (node.kind === 'object') {
      const member = lastMember(node.members, name)
      if (member === undefined) break
      steps.push({ kind: 'member', name })
      node = member.value
    } else if (node.kind === 'array') {
      const element = node.elements[Number(name)]
      if (element === undefined) break
      steps.push({ kind: 'element', index: Number(name) })
      node = element
    }
  }
  return { node, path: formatJsonPath(steps) }
}

function lastMember(members: readonly JsonMember[], key: string): JsonMember | undefined {
  return members.findLast((member) => member.key === key)
}
