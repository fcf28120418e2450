/**
 * The frames that a tcpy server sends (seed-systems 1.1, 1.2): four bytes of length, big-endian, then MessagePack in the
 * flavour of tcpy. The order of keys is that of the recorded exchanges as far as one rule can have it: what a command gives
 * comes before what the protocol adds, `message` first in an error. (There it is the hash order of Python 2, which nobody
 * may depend on.)
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { JsonNode } from '../json/json-node.ts'
import { messagePackOfJson } from '../msgpack/of-json.ts'
import type { CommandOutcome } from './command-outcome.ts'
import { jsonBoolean, jsonNull, jsonObject, jsonString, newMember } from '../command-rpc/new-json.ts'
import { mergedMembers } from './json-members.ts'

export type EncodedFrame =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: ErrorShape }

/**
 * What an outcome is on the wire; null where nothing is sent. A success is a map with `success: true` and without `error`, an
 * error one with `error: true` and `message` and without `success`; further members may overwrite those. Anything but a map
 * goes out as it is.
 */
export function tcpyReply(outcome: CommandOutcome): JsonNode | null {
  switch (outcome.kind) {
    case 'result':
      if (outcome.isRaw || outcome.value.kind !== 'object') return outcome.value
      return jsonObject(
        outcome.value.members.some(({ key }) => key === 'success')
          ? mergedMembers(outcome.value.members)
          : mergedMembers(outcome.value.members, [newMember('success', jsonBoolean(true))]),
      )
    case 'nothing':
      return jsonNull
    case 'error': {
      const extra = outcome.extra?.members ?? []
      const flag = extra.some(({ key }) => key === 'error') ? [] : [newMember('error', jsonBoolean(true))]
      return jsonObject(mergedMembers([newMember('message', jsonString(outcome.message))], extra, flag))
    }
    case 'finished':
      return null
  }
}

/** One frame. Errors: `msgpack-not-encodable`, for values that MessagePack does not have. */
export function tcpyFrame(value: JsonNode): EncodedFrame {
  const payload = encoded(value)
  if (!payload.ok) return payload
  const { bytes } = payload
  const frame = new Uint8Array(4 + bytes.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, 4)
  return { ok: true, bytes: frame }
}

function encoded(value: JsonNode): EncodedFrame {
  try {
    return messagePackOfJson(value, 'tcpy')
  } catch (thrown) {
    // There is no array of bytes of that size.
    if (!(thrown instanceof RangeError)) throw thrown
    const reason = 'It is too large for one message.'
    return { ok: false, error: describeError('msgpack-not-encodable', { position: 1, found: 'a value', reason }) }
  }
}
