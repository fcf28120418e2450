import type { FramingKind } from '../../contract/schemas/framing.ts'
import type { DecoderSettings } from '../../contract/schemas/interpretation.ts'
import { selectJsonPath, parseJsonPath } from '../json/json-path.ts'
import type { JsonNode, JsonPath } from '../json/json-node.ts'
import { parseJsonPrefix } from '../json/parse-json.ts'
import type { KnownStructure } from '../message/composition.ts'
import { compileStructure } from '../struct/compile-structure.ts'
import type { CompiledStructure } from '../struct/compiled-structure.ts'
import { decodeCompiled } from '../struct/decode-structure.ts'
import type { StructureNode } from '../struct/decoded-structure.ts'
import { messagePackIdentifier } from './message-pack-identifier.ts'
import { cutIdentifier, usualIdentifierNames } from './usual-names.ts'

/** Documents are read so far at first, and as a whole only when the identifier was not there. */
const firstLookBytes = 64 * 1024
/** The identifier of a structure stands near its beginning. */
const structureLimits = { elements: 16, nodes: 500 }

/** Finds the identifier of messages of one direction. */
export interface MessageIdFinder {
  /**
   * The identifier as text, cut at 200 UTF-16 units, or null. `payload` is the message, or its beginning: what is cut off
   * with it is no identifier.
   */
  find(payload: Uint8Array): string | null
}

const none: MessageIdFinder = { find: () => null }

/** Framings whose messages hold one kind of document. */
const documentOfFraming: Partial<Record<FramingKind, 'json' | 'msgpack'>> = {
  json: 'json',
  'json-lines': 'json',
  m2: 'json',
  msgpack: 'msgpack',
  tcpy: 'msgpack',
}

/**
 * Prepares finding identifiers. `path` is a JSON path for JSON and MessagePack (`$.id`), the path of a field for
 * structures (`header.id`), empty for the first of the usual names; one that cannot be read finds nothing. Text, and what is
 * decoded automatically, counts as JSON when it begins with a bracket. `structure`: the one that the decoder names, null
 * when there is none.
 */
export function messageIdFinder(
  framing: FramingKind,
  decoder: DecoderSettings,
  path: string,
  structure: KnownStructure | null,
): MessageIdFinder {
  const trimmed = path.trim()
  if (decoder.kind === 'structure') return structure === null ? none : structureFinder(structure, trimmed)
  const parsed = trimmed === '' ? null : parseJsonPath(trimmed)
  if (parsed !== null && !parsed.ok) return none
  const steps = parsed?.path ?? null
  const json = { find: (payload: Uint8Array) => jsonIdentifier(payload, steps) }
  const messagePack = { find: (payload: Uint8Array) => messagePackIdentifier(payload, steps, firstLookBytes) }
  switch (decoder.kind) {
    case 'json':
    case 'm2':
      return json
    case 'msgpack':
    case 'tcpy':
      return messagePack
    case 'hex':
      return none
    case 'text':
      return { find: (payload) => (looksLikeJson(payload) ? json.find(payload) : null) }
    case 'automatic': {
      const document = documentOfFraming[framing]
      if (document !== undefined) return document === 'json' ? json : messagePack
      return { find: (payload) => (looksLikeJson(payload) ? json.find(payload) : null) }
    }
  }
}

function looksLikeJson(payload: Uint8Array): boolean {
  for (const byte of payload) {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue
    return byte === 0x7b || byte === 0x5b
  }
  return false
}

function jsonIdentifier(payload: Uint8Array, path: JsonPath | null): string | null {
  const head = payload.subarray(0, firstLookBytes)
  const inHead = jsonIdentifierIn(head, path)
  return inHead === null && payload.length > head.length ? jsonIdentifierIn(payload, path) : inHead
}

function jsonIdentifierIn(bytes: Uint8Array, path: JsonPath | null): string | null {
  const prefix = parseJsonPrefix(bytes)
  if (!prefix.ok || prefix.root === null) return null
  const { root, truncated } = prefix
  const textOf = (node: JsonNode | undefined): string | null => {
    if (node === undefined || (truncated && node.end >= bytes.length)) return null
    if (node.kind === 'string') return cutIdentifier(node.value)
    if (node.kind === 'number' || node.kind === 'special') return cutIdentifier(node.text)
    return node.kind === 'boolean' ? String(node.value) : null
  }
  // Of a key that stands twice the last counts, as for most readers.
  if (path !== null) return textOf(selectJsonPath(root, path).at(-1))
  if (root.kind !== 'object') return null
  for (const name of usualIdentifierNames) {
    const found = textOf(root.members.findLast(({ key }) => key === name)?.value)
    if (found !== null) return found
  }
  return null
}

function structureFinder({ definition, library }: KnownStructure, path: string): MessageIdFinder {
  const compiled = compileStructure(definition, library)
  if (!compiled.ok) return none
  return { find: (payload) => structureIdentifier(compiled.structure, payload, path) }
}

function structureIdentifier(structure: CompiledStructure, payload: Uint8Array, path: string): string | null {
  const { root } = decodeCompiled(structure, payload, structureLimits)
  const leaves = leavesOf(root)
  if (path !== '') return textOfLeaf(leaves.find((leaf) => leaf.path === path))
  for (const name of usualIdentifierNames) {
    const found = textOfLeaf(leaves.find((leaf) => leaf.name.toLowerCase() === name))
    if (found !== null) return found
  }
  return null
}

function textOfLeaf(leaf: StructureNode | undefined): string | null {
  return leaf === undefined || leaf.text === null ? null : cutIdentifier(leaf.text)
}

function leavesOf(root: StructureNode): readonly StructureNode[] {
  const leaves: StructureNode[] = []
  const waiting: StructureNode[] = [root]
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    if (node.kind === 'value') leaves.push(node)
    else waiting.push(...node.children)
  }
  return leaves
}
