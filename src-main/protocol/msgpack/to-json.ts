import { formatJson } from '../json/format-json.ts'
import type { JsonMember, JsonNode } from '../json/json-node.ts'
import { datetimeKey, datetimeTextKey, normalizeDatetime } from './datetime.ts'
import { floatText } from './float-text.ts'
import {
  arrayHeader,
  binaryHeader,
  extensionHeader,
  integerHeader,
  isContentCutOff,
  mapHeader,
  messagePackFormName,
  stringHeader,
} from './forms.ts'
import { isJsonMarker, type JsonMarker } from './json-markers.ts'
import type { MessagePackEntry, MessagePackFlavour, MessagePackNode } from './message-pack-node.ts'
import { timestampBytes } from './timestamp.ts'

/** A value as JSON text that `messagePackOfJson` turns into the same value again. */
export interface MessagePackJsonText {
  readonly text: string
  /** What the text cannot say, in the order of the bytes; at most 1000. */
  readonly notes: readonly MessagePackFormNote[]
}

/** A place whose form on the wire is not the one that composing writes, or that is cut off. */
export interface MessagePackFormNote {
  readonly start: number
  readonly end: number
  /** One sentence. */
  readonly message: string
}

const maximumNotes = 1000

/**
 * A value as JSON with the markers of `json-markers.ts`. The text encodes to the same value in the same flavour; in the
 * flavour `tcpy` binary data and strings are the same, and so are floats of both widths, as they are for its peers. What
 * is `missing` in a partial tree becomes null. Every difference is noted. A map with other keys than strings takes three
 * levels of JSON, so that some hundred of them inside each other are deeper than its reader goes.
 */
export function jsonTextOfMessagePack(
  node: MessagePackNode,
  flavour: MessagePackFlavour,
  style: 'compact' | 'pretty' = 'pretty',
): MessagePackJsonText {
  const notes: MessagePackFormNote[] = []
  const root = jsonOf(node, flavour, (place, message) => {
    if (notes.length < maximumNotes) notes.push({ start: place.start, end: place.end, message })
  })
  return { text: formatJson(root, style), notes }
}

/**
 * The tree that `jsonTextOfMessagePack` writes: a value as JSON with markers, without notes.
 */
export function jsonOfMessagePack(node: MessagePackNode, flavour: MessagePackFlavour): JsonNode {
  return jsonOf(node, flavour, () => undefined)
}

type Note = (place: MessagePackNode, message: string) => void

/** Depth is that of the tree, which its reader has limited. */
function jsonOf(node: MessagePackNode, flavour: MessagePackFlavour, note: Note): JsonNode {
  noteForm(node, flavour, note)
  switch (node.kind) {
    case 'nil':
      return { kind: 'null', ...nowhere }
    case 'missing':
      note(node, 'The value here is missing or malformed; it became null.')
      return { kind: 'null', ...nowhere }
    case 'boolean':
      return { kind: 'boolean', value: node.value, ...nowhere }
    case 'integer':
      return number(String(node.value))
    case 'float':
      return floatJson(node, flavour)
    case 'string':
      return string(node.text)
    case 'raw':
      return marked('$raw', string(hexOf(node.bytes)))
    case 'binary':
      return marked('$hex', string(hexOf(node.bytes)))
    case 'extension':
      if (node.timestamp !== null) return marked('$timestamp', string(node.timestamp))
      return marked('$ext', array([number(String(node.type)), string(hexOf(node.bytes))]))
    case 'array':
      return array(node.items.map((item) => jsonOf(item, flavour, note)))
    case 'map':
      return mapJson(node.entries, flavour, note)
  }
}

function floatJson(node: Extract<MessagePackNode, { kind: 'float' }>, flavour: MessagePackFlavour): JsonNode {
  const isPlainNan = node.rawBits === (node.bits === 32 ? 0x7fc0_0000n : 0x7ff8_0000_0000_0000n)
  const value =
    Number.isNaN(node.value) && !isPlainNan
      ? string(node.rawBits.toString(16).padStart(node.bits / 4, '0'))
      : floatNumber(node.value)
  if (node.bits === 32 && (flavour === 'modern' || value.kind === 'string')) return marked('$float32', value)
  return value.kind === 'string' ? marked('$float64', value) : value
}

function floatNumber(value: number): JsonNode {
  if (Number.isNaN(value)) return { kind: 'special', text: 'NaN', ...nowhere }
  if (Number.isFinite(value)) return number(floatText(value))
  return { kind: 'special', text: value < 0 ? '-Infinity' : 'Infinity', ...nowhere }
}

function mapJson(entries: readonly MessagePackEntry[], flavour: MessagePackFlavour, note: Note): JsonNode {
  const datetime = datetimeOf(entries)
  if (datetime !== null) {
    for (const { key, value } of entries) for (const part of [key, value]) noteForm(part, flavour, note)
    return marked('$datetime', string(datetime))
  }
  const pairs = entries.map(
    ({ key, value }) => [key, jsonOf(key, flavour, note), jsonOf(value, flavour, note)] as const,
  )
  const members = pairs.flatMap(([key, , value]): JsonMember[] =>
    key.kind === 'string' ? [member(key.text, value)] : [],
  )
  const isMarker = members.length === 1 && isJsonMarker(members[0]?.key ?? '')
  if (members.length === pairs.length && !isMarker) return { kind: 'object', members, ...nowhere }
  return marked('$map', array(pairs.map(([, key, value]) => array([key, value]))))
}

/** The date of a map that is exactly what `$datetime` writes. */
function datetimeOf(entries: readonly MessagePackEntry[]): string | null {
  const [flag, written] = entries
  if (entries.length !== 2 || flag?.key.kind !== 'string' || flag.key.text !== datetimeKey) return null
  if (flag.value.kind !== 'boolean' || !flag.value.value) return null
  if (written?.key.kind !== 'string' || written.key.text !== datetimeTextKey) return null
  const { value } = written
  return value.kind === 'string' && normalizeDatetime(value.text, 0) === value.text ? value.text : null
}

/** Tells when the value stands in another form than composing gives it. */
function noteForm(node: MessagePackNode, flavour: MessagePackFlavour, note: Note): void {
  if (isCutOff(node)) note(node, `The ${messagePackFormName(node.header)} is cut off: only its beginning is here.`)
  const composed = composedHeader(node, flavour)
  if (composed === node.header) return
  const names = `${messagePackFormName(node.header)} on the wire, and is composed as ${messagePackFormName(composed)}`
  note(node, `The value is ${names}.`)
}

function isCutOff(node: MessagePackNode): boolean {
  switch (node.kind) {
    case 'array':
      return node.items.length < node.announced
    case 'map':
      return node.entries.length < node.announced
    case 'extension':
      return node.bytes.length < node.announced
    case 'string':
    case 'raw':
    case 'binary':
      return isContentCutOff(node)
    default:
      return false
  }
}

/** The first byte of the value as composing writes it. */
function composedHeader(node: MessagePackNode, flavour: MessagePackFlavour): number {
  switch (node.kind) {
    case 'integer':
      return integerHeader(node.value)
    case 'float':
      return flavour === 'tcpy' ? 0xcb : node.header
    case 'string':
    case 'raw':
      return stringHeader(node.announced, flavour)
    case 'binary':
      return flavour === 'tcpy' ? stringHeader(node.announced, flavour) : binaryHeader(node.announced)
    case 'array':
      return arrayHeader(node.announced)
    case 'map':
      return mapHeader(node.announced)
    case 'extension': {
      const shortest = node.timestamp === null ? null : timestampBytes(node.timestamp)
      return extensionHeader(shortest?.length ?? node.announced)
    }
    default:
      return node.header
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Nodes that stand in no text yet. */
const nowhere = { start: 0, end: 0 } as const
const string = (value: string): JsonNode => ({ kind: 'string', value, ...nowhere })
const number = (text: string): JsonNode => ({ kind: 'number', text, ...nowhere })
const array = (elements: readonly JsonNode[]): JsonNode => ({ kind: 'array', elements, ...nowhere })
const member = (key: string, value: JsonNode): JsonMember => ({ key, keyStart: 0, keyEnd: 0, value })
const marked = (marker: JsonMarker, value: JsonNode): JsonNode => ({
  kind: 'object',
  members: [member(marker, value)],
  ...nowhere,
})
