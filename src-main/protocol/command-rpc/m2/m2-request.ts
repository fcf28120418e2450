import { WirebenchError } from '../../../contract/errors.ts'
import type { CallKind } from '../../../contract/schemas/call-settings.ts'
import { m2MessageText, type M2MessageType, type M2Parts } from '../../m2/m2-message.ts'
import { isM2SequenceId } from '../../m2/m2-sequence.ts'
import type { CallDraft } from '../call-inputs.ts'

const typesOf: Readonly<Partial<Record<CallKind, M2MessageType>>> = {
  call: 'command',
  event: 'event',
  telemetry: 'telemetry',
}

/**
 * What a draft sends, but for its sequence number. Throws `call-kind-impossible`, `command-required`, `call-parameters-malformed` for
 * parameters that are no object, and `m2-details-hold-id` with the `position` (from 1) of the key in the text it was read from.
 */
export function m2PartsOf({ kind, command, parameters, componentName }: CallDraft): M2Parts {
  const type = typesOf[kind]
  if (type === undefined) throw new WirebenchError('call-kind-impossible', { protocol: 'M2', kind })
  if (command === null || command.trim() === '') throw new WirebenchError('command-required')
  if (parameters !== null && parameters.kind !== 'object') {
    throw new WirebenchError('call-parameters-malformed', { reason: 'Parameters of M2 are one JSON object.' })
  }
  const details = parameters?.members ?? []
  const id = details.find(({ key }) => key === 'id')
  if (id !== undefined) throw new WirebenchError('m2-details-hold-id', { position: id.keyStart + 1 })
  return { type, name: command, componentName, details }
}

export interface EncodedM2 {
  /** With its CR LF. */
  readonly bytes: Uint8Array
  readonly text: string
}

/** Throws `m2-sequence-malformed` for a command with a number that no generator gives. */
export function encodeM2(parts: M2Parts, sequenceId: number): EncodedM2 {
  if (parts.type === 'command' && !isM2SequenceId(sequenceId)) {
    throw new WirebenchError('m2-sequence-malformed', { sequenceId })
  }
  const text = m2MessageText(parts, sequenceId)
  return { bytes: Uint8Array.from(`${text}\r\n`, (character) => character.charCodeAt(0)), text }
}
