import {
  describeError,
  WirebenchError,
  type ErrorCode,
  type ErrorData,
  type ErrorShape,
} from '../../contract/errors.ts'
import { formatJson } from '../json/format-json.ts'
import type { JsonMember, JsonNode, JsonObjectNode } from '../json/json-node.ts'
import { parseJsonDocument } from '../json/parse-json.ts'
import { isM2SequenceId } from './m2-sequence.ts'

export const m2MessageTypes = ['command', 'event', 'telemetry'] as const
export type M2MessageType = (typeof m2MessageTypes)[number]

/** What stands before the name in the `id` of a message that a client sends. */
export const m2Prefixes: Readonly<Record<M2MessageType, string>> = { command: 'cmd_', event: 'evt_', telemetry: 'tel_' }

/** A message as entered. `detailsText` is a JSON object, empty for none; `type` is checked, so any text may come. */
export interface M2Draft {
  readonly type: string
  readonly name: string
  readonly componentName: string
  readonly detailsText: string
}

export type M2DraftField = 'type' | 'name' | 'componentName' | 'details'

export type ComposedM2Message =
  | {
      readonly ok: true
      /** As Python's `json.dumps` writes it, without the terminator. Always ASCII. */
      readonly text: string
      readonly bytes: Uint8Array
      /** True for commands: the sequence number given is used up once the message is sent. */
      readonly consumesSequenceId: boolean
    }
  /** `index` counts UTF-16 units from 0 in the text of the field. */
  | { readonly ok: false; readonly error: ErrorShape; readonly field: M2DraftField; readonly index: number }

/**
 * A message of ts_m2com, byte for byte as its TcpClient writes it (seed-systems 3.6): the details first, in their order,
 * then `id`, then for commands `sequence_id` (the component is ignored), for others `compName` unless it is empty. Of
 * a key that comes more than once the last value counts, in the first place, as in Python; this goes for `sequence_id`
 * and `compName` in the details too.
 *
 * Errors, each with the field and the index in it: `m2-type-unknown`, `m2-name-required`, `json-malformed`,
 * `m2-details-malformed`, `m2-details-hold-id`. Throws `m2-sequence-malformed` for a command with a number that no
 * generator gives.
 */
export function composeM2Message(draft: M2Draft, nextSequenceId: number): ComposedM2Message {
  const type = m2MessageTypes.find((known) => known === draft.type)
  if (type === undefined) return refused('m2-type-unknown', 'type', 0, { type: draft.type })
  if (draft.name.trim() === '') return refused('m2-name-required', 'name', 0)
  if (type === 'command' && !isM2SequenceId(nextSequenceId)) {
    throw new WirebenchError('m2-sequence-malformed', { sequenceId: nextSequenceId })
  }
  const details = readDetails(draft.detailsText)
  if (!Array.isArray(details)) return details

  const { name, componentName } = draft
  const text = m2MessageText({ type, name, componentName, details }, nextSequenceId)
  return { ok: true, text, bytes: asciiBytes(text), consumesSequenceId: type === 'command' }
}

/** A message whose parts were checked: `details` hold no `id`. */
export interface M2Parts {
  readonly type: M2MessageType
  readonly name: string
  readonly componentName: string
  readonly details: readonly JsonMember[]
}

/** The text of a message, as described at `composeM2Message`. Always ASCII, without the terminator. */
export function m2MessageText({ type, name, componentName, details }: M2Parts, nextSequenceId: number): string {
  const members = [...details, member('id', string(m2Prefixes[type] + name))]
  if (type === 'command') members.push(member('sequence_id', number(nextSequenceId)))
  else if (componentName !== '') members.push(member('compName', string(componentName)))
  return formatJson({ kind: 'object', members, ...nowhere }, 'python')
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

type Refusal = Extract<ComposedM2Message, { ok: false }>

function refused(code: ErrorCode, field: M2DraftField, index: number, data: ErrorData = {}): Refusal {
  return { ok: false, error: describeError(code, data), field, index }
}

function readDetails(text: string): JsonMember[] | Refusal {
  if (text.trim() === '') return []
  const document = parseJsonDocument(text)
  if (!document.ok) return { ok: false, error: document.error, field: 'details', index: document.index }
  const { root } = document
  if (root.kind !== 'object') {
    const reason = `Found ${root.kind === 'array' ? 'an array' : `a value that is ${nameOf(root)}`} instead.`
    return refused('m2-details-malformed', 'details', root.start, { position: root.start + 1, reason })
  }
  const id = root.members.find(({ key }) => key === 'id')
  if (id !== undefined) return refused('m2-details-hold-id', 'details', id.keyStart, { position: id.keyStart + 1 })
  return [...root.members]
}

const kindNames: Readonly<Record<Exclude<JsonNode['kind'], 'object' | 'array'>, string>> = {
  string: 'a string',
  number: 'a number',
  special: 'a number',
  boolean: 'true or false',
  null: 'null',
}

function nameOf(node: Exclude<JsonNode, JsonObjectNode | { readonly kind: 'array' }>): string {
  return kindNames[node.kind]
}

/** Nodes that stand in no text. */
const nowhere = { start: 0, end: 0 } as const
const member = (key: string, value: JsonNode): JsonMember => ({ key, keyStart: 0, keyEnd: 0, value })
const string = (value: string): JsonNode => ({ kind: 'string', value, ...nowhere })
const number = (value: number): JsonNode => ({ kind: 'number', text: String(value), ...nowhere })
