import type { DecoderSettings } from '../../contract/schemas/interpretation.ts'
import { describeError } from '../../contract/errors.ts'
import type { JsonNode, JsonRemark } from '../json/json-node.ts'
import { parseJsonBytes, parseJsonPrefix } from '../json/parse-json.ts'
import { decodeMessagePack, decodeMessagePackPrefix } from '../msgpack/decode.ts'
import type { MessagePackNode } from '../msgpack/message-pack-node.ts'
import { decodeStructure } from '../struct/decode-structure.ts'
import type { DecodedStructure } from '../struct/decoded-structure.ts'
import { decodeText } from '../text/encodings/decode-text.ts'
import { isTextEncoding } from '../text/encodings/text-encodings.ts'
import type { TextSpan } from '../text/utf8.ts'
import { chooseDecoder, type ChosenDecoder } from './choose-decoder.ts'
import type { KnownStructures, MessageContent } from './message-content.ts'

/**
 * A message read by its decoder. All offsets count in the bytes of the content.
 *
 * `readAs` is the decoder asked for, `automatic` resolved. `problem` is one or two sentences when it could not be read so
 * completely: the tree then holds what could be read, and where there is none the kind is `bytes`.
 */
export type DecodedMessage = {
  readonly readAs: ChosenDecoder['kind']
  readonly problem: string | null
} & (
  | { readonly kind: 'text'; readonly encoding: string; readonly spans: readonly TextSpan[] }
  /** `remarks` are what strict readers refuse (NaN, duplicate keys …); the document could be read all the same. */
  | { readonly kind: 'json'; readonly root: JsonNode; readonly remarks: readonly JsonRemark[] }
  | { readonly kind: 'msgpack'; readonly node: MessagePackNode }
  | { readonly kind: 'structure'; readonly decoded: DecodedStructure }
  | { readonly kind: 'bytes' }
)

/** Reads the content of a message. Never throws, whatever the bytes. Text is decoded up to `isWhole` or not. */
export function decodeMessage(
  content: MessageContent,
  settings: DecoderSettings,
  structures: KnownStructures,
): DecodedMessage {
  const chosen = chooseDecoder(content, settings)
  switch (chosen.kind) {
    case 'hex':
      return { kind: 'bytes', readAs: 'hex', problem: null }
    case 'text':
      return readText(content, chosen.encoding)
    case 'json':
    case 'm2':
      return readJson(content, chosen.kind)
    case 'msgpack':
    case 'tcpy':
      return readMessagePack(content, chosen.kind)
    case 'structure':
      return readStructure(content, chosen.structureId, structures)
  }
}

function readText({ bytes }: MessageContent, encoding: string): DecodedMessage {
  if (isTextEncoding(encoding)) {
    return { kind: 'text', readAs: 'text', encoding, spans: decodeText(bytes, encoding), problem: null }
  }
  return failed('text', describeError('encoding-unknown', { encoding }).message)
}

function readJson({ bytes, isWhole }: MessageContent, readAs: 'json' | 'm2'): DecodedMessage {
  const document = isWhole ? parseJsonBytes(bytes) : parseJsonPrefix(bytes)
  if (document.ok && document.root !== null) {
    const { root, remarks } = document
    return { kind: 'json', readAs, root, remarks, problem: readAs === 'm2' && isWhole ? m2Problem(root) : null }
  }
  if (document.ok) return failed(readAs, null)
  const problem = bytes.length === 0 ? 'The message is empty.' : document.error.message
  // What is cut off in the middle can still be read up to there.
  const prefix = isWhole && bytes.length > 0 ? parseJsonPrefix(bytes) : null
  return prefix?.ok === true && prefix.root !== null
    ? { kind: 'json', readAs, root: prefix.root, remarks: prefix.remarks, problem }
    : failed(readAs, problem)
}

function m2Problem(root: JsonNode): string | null {
  if (root.kind !== 'object') return 'An M2 message is a JSON object; this is none.'
  return root.members.some(({ key }) => key === 'id') ? null : 'An M2 message has an "id"; this one has none.'
}

function readMessagePack({ bytes, isWhole }: MessageContent, readAs: 'msgpack' | 'tcpy'): DecodedMessage {
  if (bytes.length === 0) return failed(readAs, 'The message is empty.')
  if (!isWhole) {
    const { node, error } = decodeMessagePackPrefix(bytes)
    return orBytes(node, readAs, error?.message ?? null)
  }
  const decoded = decodeMessagePack(bytes)
  if (!decoded.ok) return orBytes(decoded.node, readAs, decoded.error.message)
  const behind = bytes.length - decoded.end
  const problem = behind === 0 ? null : leftOver(behind, 'value')
  return { kind: 'msgpack', readAs, node: decoded.node, problem }
}

function orBytes(node: MessagePackNode, readAs: 'msgpack' | 'tcpy', problem: string | null): DecodedMessage {
  return node.kind === 'missing' ? failed(readAs, problem) : { kind: 'msgpack', readAs, node, problem }
}

function readStructure(content: MessageContent, structureId: string, structures: KnownStructures): DecodedMessage {
  const definition = structures.byId(structureId)
  if (definition === null) return failed('structure', describeError('structure-not-found', { structureId }).message)
  const result = decodeStructure(definition, (name) => structures.byName(name), content.bytes)
  if (!result.ok) return failed('structure', result.error.message)
  return {
    kind: 'structure',
    readAs: 'structure',
    decoded: result.decoded,
    problem: structureProblem(result.decoded, content),
  }
}

function structureProblem({ problem, leftOverBytes }: DecodedStructure, { isWhole }: MessageContent): string | null {
  if (!isWhole) return null
  if (problem !== null) return problem.message
  return leftOverBytes > 0 ? leftOver(leftOverBytes, 'structure') : null
}

function leftOver(bytes: number, behind: 'value' | 'structure'): string {
  return bytes === 1
    ? `1 byte follows the ${behind} and belongs to none.`
    : `${bytes} bytes follow the ${behind} and belong to none.`
}

function failed(readAs: ChosenDecoder['kind'], problem: string | null): DecodedMessage {
  return { kind: 'bytes', readAs, problem }
}
