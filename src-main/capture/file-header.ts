import * as v from 'valibot'
import { WirebenchError } from '../contract/errors.ts'
import { wholeNumber } from '../contract/schemas/common.ts'
import { crc32 } from '../protocol/checksum/crc32.ts'
import { parseJson } from './json-bytes.ts'
import { readUint32, writeUint32 } from './record-codec.ts'

/** Bytes of the data file before the first record. */
export const fileHeaderBytes = 4096
export const captureFormatVersion = 1

/** The line break and the end-of-file mark show a copy that was taken for text. */
const magic = new TextEncoder().encode('Wirebench-Cap\r\n\x1a')
const jsonAt = 32

const fileFacts = v.object({
  captureId: v.string(),
  /** Name at the beginning; a later one stands in the facts beside the file. */
  name: v.string(),
  startedAtUnixUs: wholeNumber,
  programVersion: v.string(),
})
/** What a data file says about itself. */
export type FileFacts = v.InferOutput<typeof fileFacts>

export interface FileHeader {
  /** Random per capture, begins every record's checksum: records of another capture inside a payload never fit. */
  readonly salt: number
  readonly facts: FileFacts
  /** CRC-32 of the whole header; ties the index to its data file. */
  readonly fingerprint: number
}

/**
 * The first 4096 bytes of a data file: 16 bytes magic, u32 format version, u32 salt, u32 length of the JSON, u32
 * CRC-32 of bytes 0 to 27 and the JSON, the JSON of the facts in UTF-8, zeros.
 */
export function encodeFileHeader(salt: number, facts: FileFacts): Uint8Array {
  const header = new Uint8Array(fileHeaderBytes)
  const json = encodeFacts(facts)
  header.set(magic)
  writeUint32(header, 16, captureFormatVersion)
  writeUint32(header, 20, salt)
  writeUint32(header, 24, json.length)
  header.set(json, jsonAt)
  writeUint32(header, 28, crc32(json, 0, json.length, crc32(header, 0, 28)))
  return header
}

/** A name too long for the header is cut there; the facts beside the file hold it whole. */
function encodeFacts(facts: FileFacts): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(facts))
  if (jsonAt + json.length <= fileHeaderBytes) return json
  return encodeFacts({ ...facts, name: facts.name.slice(0, Math.min(256, Math.floor(facts.name.length / 2))) })
}

/** Whether a file that begins with these bytes is a data file, of whatever version and state. */
export function beginsLikeCapture(beginning: Uint8Array): boolean {
  return magic.every((byte, at) => beginning[at] === byte)
}

/** Reads a file header. Errors: `capture-malformed`, `capture-newer`, both with `file`. */
export function decodeFileHeader(header: Uint8Array, fileName: string): FileHeader {
  const malformed = (reason: string): WirebenchError =>
    new WirebenchError('capture-malformed', { file: fileName, reason })
  if (header.length < 20 || !beginsLikeCapture(header)) {
    throw malformed('It does not begin like a capture.')
  }
  const version = readUint32(header, 16)
  if (version > captureFormatVersion) {
    throw new WirebenchError('capture-newer', { file: fileName, found: version, supported: captureFormatVersion })
  }
  if (header.length < fileHeaderBytes) throw malformed('It ends within its header.')
  const jsonEnd = jsonAt + readUint32(header, 24)
  if (jsonEnd > fileHeaderBytes || readUint32(header, 28) !== crc32(header, jsonAt, jsonEnd, crc32(header, 0, 28))) {
    throw malformed('Its header is damaged.')
  }
  const facts = v.safeParse(fileFacts, parseJson(header.subarray(jsonAt, jsonEnd)))
  if (!facts.success || version !== captureFormatVersion) throw malformed('Its header is not understood.')
  return { salt: readUint32(header, 20), facts: facts.output, fingerprint: crc32(header) }
}
