/** JSON read without loss, from text, from bytes, and from what may be cut off. */
import { describeError } from '../../contract/errors.ts'
import type { JsonDocument, JsonFault, JsonParseOptions, JsonPrefix } from './json-node.ts'
import {
  defaultMaximumDepth,
  defaultMaximumValues,
  hardMaximumDepth,
  JsonReader,
  type ReadFault,
} from './json-reader.ts'
import { sourceOfBytes, sourceOfText, type JsonSource } from './json-source.ts'

/**
 * Reads a text that is one JSON document (RFC 8259, plus NaN, Infinity and -Infinity, which are remarked on). Positions
 * are UTF-16 units. Errors: `json-malformed`, as described at `JsonFault`.
 */
export function parseJsonDocument(text: string, options: JsonParseOptions = {}): JsonDocument {
  return whole(sourceOfText(text), options)
}

/**
 * Reads UTF-8 bytes that are one JSON document. Positions, `column` included, are bytes. Bytes that are no UTF-8 are an
 * error at their place, nothing is replaced. Errors: `json-malformed`.
 */
export function parseJsonBytes(bytes: Uint8Array, options: JsonParseOptions = {}): JsonDocument {
  return whole(sourceOfBytes(bytes), options)
}

/**
 * Reads the beginning of a document: what is there until it ends or is cut off. A number that the cut touches is left
 * out inside of objects and arrays, because it may have lost digits. Errors: `json-malformed`.
 */
export function parseJsonPrefix(source: string | Uint8Array, options: JsonParseOptions = {}): JsonPrefix {
  const units = typeof source === 'string' ? sourceOfText(source) : sourceOfBytes(source)
  const reader = readerOf(units, options, true)
  const root = reader.read()
  if (reader.fault !== null) return faultOf(units, reader.fault)
  return { ok: true, root, truncated: reader.truncated, remarks: reader.remarks }
}

function whole(source: JsonSource, options: JsonParseOptions): JsonDocument {
  const reader = readerOf(source, options, false)
  const root = reader.read()
  if (reader.fault !== null || root === null) {
    return faultOf(source, reader.fault ?? { index: source.units.length, reason: '' })
  }
  return { ok: true, root, remarks: reader.remarks }
}

function readerOf(source: JsonSource, options: JsonParseOptions, tolerant: boolean): JsonReader {
  const { maximumDepth = defaultMaximumDepth, maximumValues = defaultMaximumValues } = options
  const depth = Math.min(Math.max(maximumDepth, 1), hardMaximumDepth)
  return new JsonReader(source, { maximumDepth: depth, maximumValues, tolerant })
}

function faultOf(source: JsonSource, fault: ReadFault): JsonFault {
  const { index, reason, found = source.found(index) } = fault
  const { line, column } = placeOf(source.units, index)
  return {
    ok: false,
    index,
    error: describeError('json-malformed', { position: index + 1, line, column, found, reason }),
  }
}

/** Line and column from 1; lines end with LF, CR LF or CR. */
function placeOf(units: Uint8Array | Uint16Array, index: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (let at = 0; at < index; at++) {
    const unit = units[at]
    if (unit === 0x0a || (unit === 0x0d && units[at + 1] !== 0x0a)) {
      line++
      lineStart = at + 1
    }
  }
  return { line, column: index - lineStart + 1 }
}
