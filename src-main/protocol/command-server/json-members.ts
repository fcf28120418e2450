import type { JsonMember, JsonNode } from '../json/json-node.ts'
import { newMember } from '../command-rpc/new-json.ts'

/** Members as a dictionary keeps them: a key that comes again changes the value and keeps its place. */
export function mergedMembers(...groups: readonly (readonly JsonMember[])[]): JsonMember[] {
  const merged = new Map<string, JsonMember>()
  for (const group of groups) for (const { key, value } of group) merged.set(key, newMember(key, value))
  return [...merged.values()]
}

/** The member of that name, the last one where there are several. */
export function memberOf(members: readonly JsonMember[], name: string): JsonNode | undefined {
  for (let index = members.length - 1; index >= 0; index--) {
    const member = members[index]
    if (member?.key === name) return member.value
  }
  return undefined
}
