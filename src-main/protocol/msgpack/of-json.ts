import { describeError } from '../../contract/errors.ts'
import { parseHex } from '../hex/parse-hex.ts'
import type { JsonMember, JsonNode } from '../json/json-node.ts'
import { ByteBuilder } from '../text/byte-builder.ts'
import type { ParsedBytes } from '../text/parsed-bytes.ts'
import { encodeUtf8 } from '../text/utf8.ts'
import { datetimeKey, datetimeTextKey, normalizeDatetime } from './datetime.ts'
import {
  arrayHeader,
  binaryHeader,
  extensionHeader,
  highestInteger,
  integerHeader,
  lowestInteger,
  mapHeader,
  pushBigEndian,
  pushSized,
  stringHeader,
} from './forms.ts'
import { isJsonMarker, type JsonMarker } from './json-markers.ts'
import type { MessagePackFlavour } from './message-pack-node.ts'
import { timestampBytes, timestampType } from './timestamp.ts'

/**
 * A JSON document as MessagePack, every value in its shortest form. Whole numbers are integers, numbers with a point or
 * an exponent 64-bit floats, NaN and the infinities too; keys keep their order and their duplicates; `json-markers.ts`
 * lists what objects with one special key stand for. In the flavour `tcpy` strings have no str 8, binary data becomes
 * strings and every float has 64 bits (seed-systems 1.1).
 *
 * Errors: `msgpack-not-encodable` with the `position` (from 1, in the text the document was read from), what was
 * `found` there, and the `reason`.
 */
export function messagePackOfJson(root: JsonNode, flavour: MessagePackFlavour): ParsedBytes {
  const writer = new MessagePackWriter(flavour)
  writer.write(root)
  const { refusal } = writer
  if (refusal === null) return { ok: true, bytes: writer.bytes() }
  const { start, found, reason } = refusal
  return { ok: false, error: describeError('msgpack-not-encodable', { position: start + 1, found, reason }) }
}

interface Refusal {
  readonly start: number
  readonly found: string
  readonly reason: string
}

/** Goes on after the first refusal, which is the one that is told. Depth is that of the tree, which its reader has limited. */
class MessagePackWriter {
  refusal: Refusal | null = null
  readonly #flavour: MessagePackFlavour
  readonly #builder = new ByteBuilder()

  constructor(flavour: MessagePackFlavour) {
    this.#flavour = flavour
  }

  bytes(): Uint8Array {
    return this.#builder.toBytes()
  }

  write(node: JsonNode): void {
    switch (node.kind) {
      case 'null':
        this.#builder.push(0xc0)
        return
      case 'boolean':
        this.#builder.push(node.value ? 0xc3 : 0xc2)
        return
      case 'number':
        this.#number(node.text, node.start)
        return
      case 'special':
        this.#float(Number(node.text), 64)
        return
      case 'string':
        this.#string(node.value, node.start)
        return
      case 'array':
        pushSized(arrayHeader(node.elements.length), node.elements.length, this.#builder)
        for (const element of node.elements) this.write(element)
        return
      case 'object':
        this.#object(node.members)
    }
  }

  #object(members: readonly JsonMember[]): void {
    const only = members.length === 1 ? members[0] : undefined
    if (only !== undefined && isJsonMarker(only.key)) {
      this.#marked(only.key, only.value)
      return
    }
    pushSized(mapHeader(members.length), members.length, this.#builder)
    for (const member of members) {
      this.#string(member.key, member.keyStart)
      this.write(member.value)
    }
  }

  #marked(marker: JsonMarker, value: JsonNode): void {
    switch (marker) {
      case '$hex':
      case '$raw':
        this.#bytes(marker, value)
        return
      case '$float32':
        this.#markedFloat(value, this.#flavour === 'tcpy' ? 64 : 32, 32)
        return
      case '$float64':
        this.#markedFloat(value, 64, 64)
        return
      case '$ext':
        this.#extension(value)
        return
      case '$timestamp':
        this.#timestamp(value)
        return
      case '$datetime':
        this.#datetime(value)
        return
      case '$map':
        this.#map(value)
    }
  }

  #number(text: string, start: number): void {
    if (/[.eE]/.test(text)) {
      const value = Number(text)
      if (!Number.isFinite(value)) {
        this.#refuse(
          start,
          shortened(text),
          'It is beyond the range of a 64-bit float. Write Infinity if that is meant.',
        )
      }
      this.#float(value, 64)
      return
    }
    const value = integerOf(text)
    if (value === null) {
      const range = `Integers go from ${lowestInteger} to ${highestInteger}.`
      this.#refuse(start, shortened(text), `${range} Write it with a point to send it as a float.`)
      return
    }
    this.#integer(value)
  }

  #integer(value: bigint): void {
    const header = integerHeader(value)
    this.#builder.push(header)
    if (header >= 0xcc && header <= 0xd3) pushBigEndian(value, 1 << ((header - 0xcc) & 3), this.#builder)
  }

  #float(value: number, bits: 32 | 64): void {
    const view = new DataView(new ArrayBuffer(8))
    if (bits === 32) view.setFloat32(0, value)
    else view.setFloat64(0, value)
    this.#floatBits(bits === 32 ? BigInt(view.getUint32(0)) : view.getBigUint64(0), bits)
  }

  #floatBits(rawBits: bigint, bits: 32 | 64): void {
    this.#builder.push(bits === 32 ? 0xca : 0xcb)
    pushBigEndian(rawBits, bits / 8, this.#builder)
  }

  /** `bits` is the width to write, `givenBits` the one that the marker names. */
  #markedFloat(node: JsonNode, bits: 32 | 64, givenBits: 32 | 64): void {
    if (node.kind === 'number' || node.kind === 'special') {
      const value = givenBits === 32 ? Math.fround(Number(node.text)) : Number(node.text)
      if (node.kind === 'number' && !Number.isFinite(value)) {
        const range = `It is beyond the range of a ${givenBits}-bit float.`
        this.#refuse(node.start, shortened(node.text), `${range} Write Infinity if that is meant.`)
      }
      this.#float(value, bits)
      return
    }
    const digits = node.kind === 'string' ? node.value : ''
    if (digits.length !== givenBits / 4 || !/^[0-9a-f]+$/i.test(digits)) {
      const form = `$float${givenBits} takes a number, or its bits as ${givenBits / 4} hex digits in a string.`
      this.#refuse(node.start, describeNode(node), form)
      return
    }
    const rawBits = BigInt(`0x${digits}`)
    if (bits === givenBits) {
      this.#floatBits(rawBits, bits)
      return
    }
    const view = new DataView(new ArrayBuffer(4))
    view.setUint32(0, Number(rawBits))
    this.#float(view.getFloat32(0), bits)
  }

  #string(text: string, start: number): void {
    const encoded = encodeUtf8(text)
    if (!encoded.ok) {
      this.#refuse(
        start,
        'half a character in the text',
        'It has no UTF-8 form: delete it, or write the bytes as $raw.',
      )
      return
    }
    this.#sized(stringHeader(encoded.bytes.length, this.#flavour), encoded.bytes)
  }

  #bytes(marker: '$hex' | '$raw', node: JsonNode): void {
    const bytes = this.#hex(node, `${marker} takes bytes as hex in a string, such as "00 ff".`)
    if (bytes === null) return
    const isString = marker === '$raw' || this.#flavour === 'tcpy'
    this.#sized(isString ? stringHeader(bytes.length, this.#flavour) : binaryHeader(bytes.length), bytes)
  }

  #sized(header: number, bytes: Uint8Array): void {
    pushSized(header, bytes.length, this.#builder)
    this.#builder.append(bytes)
  }

  #extension(node: JsonNode): void {
    const form = '$ext takes a type from -128 to 127 and bytes as hex, such as [5, "01 02"].'
    const [typeNode, bytesNode, ...more] = node.kind === 'array' ? node.elements : []
    const type = typeNode?.kind === 'number' ? integerOf(typeNode.text) : null
    if (bytesNode === undefined || more.length > 0 || type === null || type < -128n || type > 127n) {
      this.#refuse(node.start, describeNode(node), form)
      return
    }
    const bytes = this.#hex(bytesNode, form)
    if (bytes !== null) this.#pushExtension(type, bytes)
  }

  #pushExtension(type: bigint, bytes: Uint8Array): void {
    pushSized(extensionHeader(bytes.length), bytes.length, this.#builder)
    pushBigEndian(type, 1, this.#builder)
    this.#builder.append(bytes)
  }

  #timestamp(node: JsonNode): void {
    const bytes = node.kind === 'string' ? timestampBytes(node.value) : null
    if (bytes === null) {
      this.#refuse(node.start, describeNode(node), '$timestamp takes a date in UTC, such as "2014-05-06T07:08:09.5Z".')
      return
    }
    this.#pushExtension(BigInt(timestampType), bytes)
  }

  #datetime(node: JsonNode): void {
    const text = node.kind === 'string' ? normalizeDatetime(node.value, 0) : null
    if (text === null) {
      const form = '$datetime takes a date without a zone, such as "2014-05-06T07:08:09.00001".'
      this.#refuse(node.start, describeNode(node), form)
      return
    }
    this.#builder.push(mapHeader(2))
    this.#string(datetimeKey, node.start)
    this.#builder.push(0xc3)
    this.#string(datetimeTextKey, node.start)
    this.#string(text, node.start)
  }

  #map(node: JsonNode): void {
    const form = '$map takes pairs of key and value, such as [[1, "a"], [null, 2]].'
    if (node.kind !== 'array') {
      this.#refuse(node.start, describeNode(node), form)
      return
    }
    pushSized(mapHeader(node.elements.length), node.elements.length, this.#builder)
    for (const pair of node.elements) {
      if (pair.kind !== 'array' || pair.elements.length !== 2) this.#refuse(pair.start, describeNode(pair), form)
      else for (const part of pair.elements) this.write(part)
    }
  }

  #hex(node: JsonNode, form: string): Uint8Array | null {
    if (node.kind !== 'string') {
      this.#refuse(node.start, describeNode(node), form)
      return null
    }
    const parsed = parseHex(node.value)
    if (parsed.ok) return parsed.bytes
    // The place and what stands there belong to what was found: the reason says nothing of the value, which may be a secret.
    const { found, position } = parsed.error.data
    this.#refuse(node.start, `${String(found)} at character ${String(position)} of the hex`, form)
    return null
  }

  #refuse(start: number, found: string, reason: string): void {
    this.refusal ??= { start, found, reason }
  }
}

/** The value of the text of a JSON number, null when it is no integer or beyond MessagePack. */
function integerOf(text: string): bigint | null {
  // No integer within has more digits, and long ones take long to read.
  if (text.length > 20 || !/^-?\d+$/.test(text)) return null
  const value = BigInt(text)
  return value < lowestInteger || value > highestInteger ? null : value
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function describeNode(node: JsonNode): string {
  if (node.kind === 'object' || node.kind === 'array') return `an ${node.kind} that does not fit`
  if (node.kind === 'string') return `the text "${shortened(node.value)}"`
  if (node.kind === 'number' || node.kind === 'special') return shortened(node.text)
  return node.kind === 'null' ? 'null' : String(node.value)
}
