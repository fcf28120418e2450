import type { FramingSettings } from '../../contract/schemas/framing.ts'
import { decodeFramePayload } from '../framing/frame-codec.ts'
import { formatJson, jsonSummary } from '../json/format-json.ts'
import type { JsonNode } from '../json/json-node.ts'
import { selectJsonPath } from '../json/json-path.ts'
import { parseJsonBytes, parseJsonDocument } from '../json/parse-json.ts'
import { decodeMessagePack } from '../msgpack/decode.ts'
import { jsonTextOfMessagePack } from '../msgpack/to-json.ts'
import { hexText } from '../message/compose-scope.ts'
import type { PlannedCapture, PlannedCondition } from './wait-plan.ts'

/** Peers may send anything: documents with more values are not looked at. */
const limits = { maximumValues: 200_000, maximumDepth: 256 }
const longestCapture = 64 * 1024

/** The content of a message without its framing; null when it is broken. */
export function contentOfFrame(framing: FramingSettings, content: Uint8Array): Uint8Array | null {
  return decodeFramePayload(framing, content)
}

/** A message that is JSON or else MessagePack as a JSON tree; null when it is neither. */
export function jsonOfMessage(content: Uint8Array): JsonNode | null {
  const parsed = parseJsonBytes(content, limits)
  if (parsed.ok) return parsed.root
  const decoded = decodeMessagePack(content, 0, limits)
  if (!decoded.ok || decoded.end !== content.length) return null
  const written = parseJsonDocument(jsonTextOfMessagePack(decoded.node, 'modern').text, limits)
  return written.ok ? written.root : null
}

/** The first value at the path that is what is waited for; null when there is none. */
export function nodeWaitedFor(
  root: JsonNode,
  { path, equals }: Extract<PlannedCondition, { kind: 'json-path' }>,
): JsonNode | null {
  const nodes = selectJsonPath(root, path)
  return nodes.find((node) => equals === null || formatJson(node, 'compact') === equals) ?? null
}

/** Texts as they are, everything else as compact JSON. */
function textOfNode(node: JsonNode): string {
  return node.kind === 'string' ? node.value : formatJson(node, 'compact')
}

/** Values captured from a message by name; null when one of them is not there. */
export function capturesOfMessage(
  content: Uint8Array,
  captures: readonly PlannedCapture[],
): Readonly<Record<string, string>> | null {
  const captured: Record<string, string> = {}
  let root: JsonNode | null | undefined
  for (const capture of captures) {
    if (capture.kind === 'group') return null
    if (capture.kind === 'bytes') {
      if (capture.offset + capture.length > content.length) return null
      captured[capture.name] = hexText(content.subarray(capture.offset, capture.offset + capture.length))
      continue
    }
    root ??= jsonOfMessage(content)
    const node = root === null ? undefined : selectJsonPath(root, capture.path, 1)[0]
    if (node === undefined) return null
    captured[capture.name] = textOfNode(node).slice(0, longestCapture)
  }
  return captured
}

/** A value in one short line. */
export function summaryOfNode(node: JsonNode): string {
  return jsonSummary(node, 200)
}
