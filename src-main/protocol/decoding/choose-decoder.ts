import type { FramingKind } from '../../contract/schemas/framing.ts'
import type { DecoderSettings } from '../../contract/schemas/interpretation.ts'
import { parseJsonPrefix } from '../json/parse-json.ts'
import { decodeMessagePackPrefix } from '../msgpack/decode.ts'
import type { MessagePackNode } from '../msgpack/message-pack-node.ts'
import { utf8SequenceLength } from '../text/utf8.ts'
import type { MessageContent } from './message-content.ts'

/** A decoder that is settled: `automatic` has been resolved. */
export type ChosenDecoder = Exclude<DecoderSettings, { kind: 'automatic' }>

/** Framings that say themselves what their messages hold. */
const decoderOfFraming: Partial<Record<FramingKind, ChosenDecoder>> = {
  json: { kind: 'json' },
  'json-lines': { kind: 'json' },
  msgpack: { kind: 'msgpack' },
  tcpy: { kind: 'tcpy' },
  m2: { kind: 'm2' },
}

/** More would tell nothing new and cost time in every row. */
const lookedAtBytes = 4096

/**
 * The decoder of a message: the one set or, with `automatic`, what the framing says, else what the bytes look like. JSON
 * has to begin with a brace or bracket, MessagePack with a map or an array, and both have to be well-formed as far as
 * they are there; what is left is text when it is UTF-8 with few controls, else bytes.
 */
export function chooseDecoder(content: MessageContent, decoder: DecoderSettings): ChosenDecoder {
  if (decoder.kind !== 'automatic') return decoder
  const ofFraming = decoderOfFraming[content.framing.kind]
  if (ofFraming !== undefined) return ofFraming
  const sample = content.bytes.subarray(0, lookedAtBytes)
  const isWhole = content.isWhole && sample.length === content.bytes.length
  if (looksLikeJson(sample, isWhole)) return { kind: 'json' }
  if (looksLikeText(sample)) return { kind: 'text', encoding: 'utf-8' }
  if (looksLikeMessagePack(sample, isWhole)) return { kind: 'msgpack' }
  return { kind: 'hex' }
}

function looksLikeJson(bytes: Uint8Array, isWhole: boolean): boolean {
  const first = bytes.find((byte) => !isWhiteSpace(byte))
  if (first !== 0x7b && first !== 0x5b) return false
  const prefix = parseJsonPrefix(bytes)
  return prefix.ok && prefix.root !== null && !(isWhole && prefix.truncated)
}

function looksLikeMessagePack(bytes: Uint8Array, isWhole: boolean): boolean {
  const first = bytes[0] ?? 0
  const isContainer = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)
  if (!isContainer || bytes.length < 2) return false
  const { node, end, truncated, error } = decodeMessagePackPrefix(bytes)
  if (error !== null || !hasPlainKeys(node)) return false
  return isWhole ? !truncated && end === bytes.length : truncated
}

/** Bytes that only happen to be MessagePack hardly have texts for all keys. */
function hasPlainKeys(node: MessagePackNode): boolean {
  if (node.kind === 'array') return node.items.length > 0 && node.items.every((item) => item.kind !== 'missing')
  if (node.kind !== 'map' || node.entries.length === 0) return false
  return node.entries.every(({ key }) => key.kind === 'string' || key.kind === 'integer')
}

/** UTF-8, a character cut off at the end aside, with at most one control in fifty that is not white space or ESC. */
function looksLikeText(bytes: Uint8Array): boolean {
  let controls = 0
  let index = 0
  while (index < bytes.length) {
    const length = utf8SequenceLength(bytes, index)
    if (length === 0) {
      if (!isCutOffCharacter(bytes.subarray(index))) return false
      break
    }
    const byte = bytes[index] ?? 0
    if (length === 1 && (byte < 0x20 || byte === 0x7f) && !isWhiteSpace(byte) && byte !== 0x1b) controls += 1
    index += length
  }
  return controls * 50 <= bytes.length
}

/** The beginning of a character of which the rest is missing. */
function isCutOffCharacter(bytes: Uint8Array): boolean {
  const [lead = 0, ...following] = bytes.subarray(0, 4)
  const length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : 2
  return lead >= 0xc2 && lead <= 0xf4 && bytes.length < length && following.every((byte) => (byte & 0xc0) === 0x80)
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}
