import { describeError, type ErrorShape } from '../../../contract/errors.ts'
import { decodeMessagePack } from '../../msgpack/decode.ts'
import type { MessagePackEntry, MessagePackNode } from '../../msgpack/message-pack-node.ts'
import { jsonTextOfMessagePack } from '../../msgpack/to-json.ts'
import type { ReadReply } from '../call-inputs.ts'

/** What a frame of the server says, without its place. */
export type TcpyReply =
  | { readonly ok: true; readonly reply: Pick<ReadReply, 'kind' | 'text' | 'isError' | 'message'> }
  | { readonly ok: false; readonly error: ErrorShape }

/**
 * Reads the content of a frame. A map whose `error` is neither absent, nil, false, zero nor empty is an error, with the text under
 * `message` as it was written; everything else is a result, also what is no map (seed-systems 1.2). Not exactly one MessagePack value:
 * `reply-malformed`.
 */
export function readTcpyReply(content: Uint8Array): TcpyReply {
  const decoded = decodeMessagePack(content)
  if (!decoded.ok) return { ok: false, error: describeError('reply-malformed', { reason: decoded.error.message }) }
  if (decoded.end < content.length) {
    const reason = `It holds ${content.length - decoded.end} bytes behind its MessagePack.`
    return { ok: false, error: describeError('reply-malformed', { reason }) }
  }
  const { text } = jsonTextOfMessagePack(decoded.node, 'tcpy', 'compact')
  const entries = decoded.node.kind === 'map' ? decoded.node.entries : []
  const isError = isTrue(lastValue(entries, 'error'))
  const message = isError ? lastValue(entries, 'message') : undefined
  return {
    ok: true,
    reply: {
      kind: isError ? 'error' : 'result',
      text,
      isError,
      message: message?.kind === 'string' ? message.text : null,
    },
  }
}

/** As the client's own language asks it: `if response.get("error")`. */
function isTrue(node: MessagePackNode | undefined): boolean {
  switch (node?.kind) {
    case undefined:
    case 'nil':
    case 'missing':
      return false
    case 'boolean':
      return node.value
    case 'integer':
      return node.value !== 0n
    case 'float':
      return node.value !== 0
    case 'string':
    case 'raw':
    case 'binary':
    case 'array':
    case 'map':
      return node.announced > 0
    case 'extension':
      return true
  }
}

function lastValue(entries: readonly MessagePackEntry[], name: string): MessagePackNode | undefined {
  return entries.findLast(({ key }) => key.kind === 'string' && key.text === name)?.value
}
