import { WirebenchError } from '../../contract/errors.ts'
import type { FramingSettings, LengthPrefixFraming } from '../../contract/schemas/framing.ts'
import { applyLineEnding } from '../text/escapes.ts'
import { decodeCobs, encodeCobs } from './cobs.ts'
import { createFramer } from './framer.ts'
import { hexToBytes } from './hex-settings.ts'
import { encodeLengthField, lengthFieldBytes } from './length-field.ts'
import { decodeMarkers, encodeMarkers } from './markers.ts'
import { decodeSlip, encodeSlip } from './slip.ts'

/** Header bytes beside the length field; zeros where not given. */
export interface FrameHeaderBytes {
  readonly beforeField?: Uint8Array
  readonly afterField?: Uint8Array
}

/**
 * The message of a frame without problem: `content` is the frame's bytes from `payloadStart` to `payloadEnd`. Undoes the
 * escapes of SLIP, COBS and markers; every other framing has its content as it is. Null when the content is broken. For
 * SLIP and COBS the whole frame may be given as well.
 */
export function decodeFramePayload(settings: FramingSettings, content: Uint8Array): Uint8Array | null {
  switch (settings.kind) {
    case 'slip':
      return decodeSlip(content)
    case 'cobs':
      return decodeCobs(content)
    case 'markers':
      return decodeMarkers(settings, content)
    default:
      return content
  }
}

/**
 * The bytes that carry a payload as exactly one message. Throws `payload-not-frameable` when the framing cannot: the
 * delimiter stands in the payload, its length does not fit, it is no JSON document, and so on. `raw` and `idle-gap` take
 * everything as it is. `kept` delimiters are added when the payload does not end with them.
 */
export function encodeFrame(settings: FramingSettings, payload: Uint8Array, header: FrameHeaderBytes = {}): Uint8Array {
  const frame = wrap(settings, payload, header)
  if (settings.kind === 'raw' || settings.kind === 'idle-gap') return frame
  const framer = createFramer(settings)
  const frames = [...framer.acceptChunk(frame, 0), ...framer.end()]
  const first = frames[0]
  if (first === undefined) throw notFrameable('An empty message cannot be told from none.')
  if (first.problem !== null) throw notFrameable(first.problem.sentence)
  if (frames.length > 1) throw notFrameable('It holds the end of a message: the peer would read several.')
  const read = decodeFramePayload(settings, frame.subarray(first.payloadStart, first.payloadEnd))
  const sent = settings.kind === 'delimiter' && settings.keepDelimiter ? frame : payload
  if (read === null || !sameBytes(read, sent)) throw notFrameable('The peer would read something else.')
  return frame
}

function wrap(settings: FramingSettings, payload: Uint8Array, header: FrameHeaderBytes): Uint8Array {
  switch (settings.kind) {
    case 'raw':
    case 'idle-gap':
    case 'fixed':
    case 'msgpack':
      return payload
    case 'lf':
    case 'json-lines':
      return applyLineEnding(payload, 'lf')
    case 'crlf':
    case 'm2':
      return applyLineEnding(payload, 'crlf')
    case 'delimiter':
      return withDelimiter(payload, hexToBytes(settings.delimiterHex), settings.keepDelimiter)
    case 'json':
      return isSelfEnding(payload) ? payload : applyLineEnding(payload, 'lf')
    case 'length-prefix':
      return withLength(settings, payload, header)
    case 'content-length':
      return concatenate(asciiBytes(`Content-Length: ${payload.length}\r\n\r\n`), payload)
    case 'tcpy':
      return concatenate(lengthField('u32be', payload.length), payload)
    case 'markers':
      return encodeMarkers(settings, payload)
    case 'slip':
      return encodeSlip(payload)
    case 'cobs':
      return encodeCobs(payload)
  }
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function withDelimiter(payload: Uint8Array, delimiter: Uint8Array, keep: boolean): Uint8Array {
  const ends = keep && sameBytes(payload.subarray(Math.max(0, payload.length - delimiter.length)), delimiter)
  return ends ? payload : concatenate(payload, delimiter)
}

/** A JSON number or word ends only with the white space after it. */
function isSelfEnding(payload: Uint8Array): boolean {
  const last = payload[payload.length - 1]
  return last === 0x7d || last === 0x5d || last === 0x22
}

function withLength(settings: LengthPrefixFraming, payload: Uint8Array, header: FrameHeaderBytes): Uint8Array {
  const { field, bytesBeforeField, bytesAfterField, valueCounts, addedBytes } = settings
  const before = headerPart('before', header.beforeField, bytesBeforeField)
  const after = headerPart('after', header.afterField, bytesAfterField)
  const content = payload.length - addedBytes
  if (valueCounts === 'content') return concatenate(before, lengthField(field, content), after, payload)
  const fixed = bytesBeforeField + bytesAfterField
  if (field !== 'varint') {
    return concatenate(before, lengthField(field, content + fixed + lengthFieldBytes[field]), after, payload)
  }
  // A varint that counts itself: the width that its own value has.
  for (let width = 1; ; width++) {
    const encoded = lengthField('varint', content + fixed + width)
    if (encoded.length <= width) return concatenate(before, padVarint(encoded, width), after, payload)
  }
}

/** At a value that has no width of its own (127 + 1 is 128, which needs 2), zeros in front make up the difference. */
function padVarint(encoded: Uint8Array, width: number): Uint8Array {
  if (encoded.length === width) return encoded
  const padded = new Uint8Array(width).fill(0x80)
  padded.set(encoded)
  padded[encoded.length - 1] = (encoded[encoded.length - 1] ?? 0) | 0x80
  padded[width - 1] = 0
  return padded
}

function headerPart(where: string, given: Uint8Array | undefined, length: number): Uint8Array {
  if (given === undefined) return new Uint8Array(length)
  if (given.length === length) return given
  throw notFrameable(`The header has ${length} bytes ${where} the length field, not ${given.length}.`)
}

function lengthField(field: LengthPrefixFraming['field'], value: number): Uint8Array {
  const encoded = encodeLengthField(field, value)
  if (encoded === null) throw notFrameable(`Its length, ${value}, does not fit into ${field}.`)
  return encoded
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

function notFrameable(reason: string): WirebenchError {
  return new WirebenchError('payload-not-frameable', { reason })
}
