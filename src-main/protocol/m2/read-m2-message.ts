import type { JsonNode } from '../json/json-node.ts'
import { jsonSummary } from '../json/format-json.ts'
import { m2MessageTypes, m2Prefixes, type M2MessageType } from './m2-message.ts'

/** How a server answers a command. `ack` does not end the wait, the others do (seed-systems 3.7). */
export type M2ReplyStatus = 'ack' | 'noack' | 'success' | 'fail'

const replyStatuses: readonly string[] = ['ack', 'noack', 'success', 'fail'] satisfies readonly M2ReplyStatus[]
const isReplyStatus = (id: string): id is M2ReplyStatus => replyStatuses.includes(id)

/** What a line of M2 says, for lists. */
export interface M2Reading {
  /** `reply`: to a command. `message`: from the server, whose ids have no prefix. */
  readonly kind: M2MessageType | 'reply' | 'message'
  /** The id without its prefix. */
  readonly name: string
  /** The text of the number as it stands in the document, or null. */
  readonly sequenceId: string | null
  readonly replyStatus: M2ReplyStatus | null
}

/** Reads a document as a message of M2, sent or received; null when it is no object with an `id` that is a string. */
export function readM2Message(root: JsonNode): M2Reading | null {
  const id = lastMember(root, 'id')
  if (id?.kind !== 'string') return null
  const sequence = lastMember(root, 'sequence_id')
  const sequenceId = sequence?.kind === 'number' ? sequence.text : null
  if (isReplyStatus(id.value)) return { kind: 'reply', name: id.value, sequenceId, replyStatus: id.value }
  const type = m2MessageTypes.find((candidate) => id.value.startsWith(m2Prefixes[candidate]))
  return {
    kind: type ?? 'message',
    name: type === undefined ? id.value : id.value.slice(m2Prefixes[type].length),
    sequenceId,
    replyStatus: null,
  }
}

/**
 * One line for lists, at most `maximumLength` UTF-16 units: what the message is, its sequence number, then its details.
 * Null when it is no message of M2.
 */
export function m2Summary(root: JsonNode, maximumLength: number): string | null {
  const reading = readM2Message(root)
  if (reading === null || root.kind !== 'object') return null
  const title =
    reading.kind === 'message' || reading.kind === 'reply' ? reading.name : `${reading.kind} ${reading.name}`
  const head = reading.sequenceId === null ? title : `${title} #${reading.sequenceId}`
  const isShown = (key: string): boolean => key !== 'id' && (key !== 'sequence_id' || reading.sequenceId === null)
  const members = root.members.filter(({ key }) => isShown(key))
  const room = maximumLength - head.length - 1
  if (members.length > 0 && room > 1) return `${head} ${jsonSummary({ ...root, members }, room)}`
  return head.length > maximumLength ? `${head.slice(0, Math.max(0, maximumLength - 1))}…` : head
}

/** The value of a key; of several the last counts, as in Python. */
function lastMember(root: JsonNode, key: string): JsonNode | undefined {
  return root.kind === 'object' ? root.members.findLast((candidate) => candidate.key === key)?.value : undefined
}
