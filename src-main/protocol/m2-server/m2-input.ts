/** What clients of the server send, line by line. */
import type { JsonNode, JsonObjectNode } from '../json/json-node.ts'
import { parseJsonBytes } from '../json/parse-json.ts'
import { pythonNumber } from '../json/python-number.ts'
import { readM2Message } from '../m2/read-m2-message.ts'
import { maximumLineBytes, type ReadLine } from './line-reader.ts'

export type M2Input =
  /** A line that says only that the client is there; ts_tcpip sends one a second (seed-systems 3.2). */
  | { readonly kind: 'heartbeat' }
  | {
      readonly kind: 'command'
      readonly name: string
      /** As Python writes it again; null when it is missing or no number. */
      readonly sequenceText: string | null
      /** It is a whole number from 0. */
      readonly isSequenceValid: boolean
      readonly root: JsonObjectNode
    }
  /** `evt_NAME` or `tel_NAME` of another component. */
  | { readonly kind: 'event' | 'telemetry'; readonly name: string; readonly root: JsonObjectNode }
  /** `reason` is one or two sentences. */
  | { readonly kind: 'malformed'; readonly reason: string }

const maximumDepth = 64
const heartbeat = 'heartbeat'

export function readInput(line: ReadLine): M2Input {
  if (line.kind === 'too-long') {
    return malformed(`A line was longer than ${maximumLineBytes} bytes; it was left out.`)
  }
  if (isHeartbeat(line.bytes)) return { kind: 'heartbeat' }
  const document = parseJsonBytes(line.bytes, { maximumDepth })
  if (!document.ok) return malformed(document.error.message)
  const { root } = document
  const reading = readM2Message(root)
  if (reading === null || root.kind !== 'object') return malformed('It is no object with an id that is a text.')
  const { kind, name } = reading
  if (kind === 'event' || kind === 'telemetry') return { kind, name, root }
  if (kind !== 'command') return malformed(`Its id “${shortened(name)}” begins with none of cmd_, evt_ and tel_.`)
  const sequence = root.members.findLast(({ key }) => key === 'sequence_id')?.value
  return { kind, name, root, ...sequenceOf(sequence) }
}

const malformed = (reason: string): M2Input => ({ kind: 'malformed', reason })

function sequenceOf(node: JsonNode | undefined): { sequenceText: string | null; isSequenceValid: boolean } {
  if (node?.kind !== 'number' || !Number.isFinite(Number(node.text)))
    return { sequenceText: null, isSequenceValid: false }
  return { sequenceText: pythonNumber(node.text), isSequenceValid: /^\d{1,15}$/.test(node.text) }
}

function isHeartbeat(bytes: Uint8Array): boolean {
  return bytes.length === heartbeat.length && bytes.every((byte, index) => byte === heartbeat.charCodeAt(index))
}

/** Names of clients within sentences. */
export const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 59)}…` : name)
