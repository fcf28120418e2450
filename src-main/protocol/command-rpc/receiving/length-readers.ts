/** Where a message tells its length: before its content, as a number or in a header of words. */
import { describeError, type ErrorShape } from '../../../contract/errors.ts'
import type { LengthFieldType } from '../../../contract/schemas/framing.ts'
import { ContentLengthHeader, longestContentLengthHeader } from '../../framing/content-length-header.ts'
import {
  lengthFieldBytes,
  longestVarintBytes,
  readFixedField,
  readVarint,
  varintBytes,
} from '../../framing/length-field.ts'

/** `byteCount`: how many bytes show that it is no length. */
export type LengthReading =
  | { readonly ok: true; readonly headerBytes: number; readonly contentBytes: number }
  | { readonly ok: false; readonly error: ErrorShape; readonly byteCount: number }

export interface LengthReader {
  /** The bytes of a message so far: of one message always more than before. Null: the length is not whole. */
  read(bytes: Uint8Array): LengthReading | null
  /** Another message begins. */
  begin(): void
  /** Bytes that are missing at least while the length is not whole. */
  missingBytes(receivedBytes: number): number
}

/** `maximumBytes` bounds the content: `reply-too-large`. A varint of more than ten bytes is `reply-malformed`. */
export function lengthFieldReader(field: LengthFieldType, maximumBytes: number): LengthReader {
  const fixedBytes = lengthFieldBytes[field]
  return {
    begin() {},
    missingBytes: (receivedBytes) => Math.max(1, fixedBytes - receivedBytes),
    read(bytes) {
      const headerBytes = field === 'varint' ? varintBytes(bytes, 0, bytes.length) : fixedBytes
      if (headerBytes < 0) return malformed('Its length is a varint of more than ten bytes.', longestVarintBytes)
      if (headerBytes === 0 || headerBytes > bytes.length) return null
      const length = field === 'varint' ? readVarint(bytes, 0, headerBytes) : readFixedField(field, bytes, 0)
      return bounded(headerBytes, length, maximumBytes)
    },
  }
}

/** Headers of Content-Length. What is none is `reply-malformed` at its first byte that cannot stand there. */
export function contentLengthReader(maximumBytes: number): LengthReader {
  const header = new ContentLengthHeader()
  return {
    begin: () => header.reset(),
    missingBytes: () => 1,
    read(bytes) {
      for (let index = header.byteCount; index < bytes.length; index++) {
        const step = header.push(bytes[index] ?? 0)
        if (step === 'end') return bounded(header.byteCount, header.contentBytes, maximumBytes)
        if (step === 'bad') {
          const limit = `of at most ${longestContentLengthHeader} bytes`
          const form = `Content-Length: N and an empty line, ${limit}, each line ended with CR LF`
          return malformed(`A message begins with a header ${form}.`, header.byteCount)
        }
      }
      return null
    },
  }
}

function bounded(headerBytes: number, length: number, maximumBytes: number): LengthReading {
  if (length <= maximumBytes) return { ok: true, headerBytes, contentBytes: length }
  return { ok: false, error: describeError('reply-too-large', { length, maximumBytes }), byteCount: headerBytes }
}

function malformed(reason: string, byteCount: number): LengthReading {
  return { ok: false, error: describeError('reply-malformed', { reason }), byteCount }
}
