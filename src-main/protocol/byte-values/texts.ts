import { hexPair } from '../hex/parse-hex.ts'
import { decodeText } from '../text/encodings/decode-text.ts'
import type { TextEncodingName } from '../text/encodings/text-encodings.ts'
import type { TextSpan } from '../text/utf8.ts'
import { decodeEbcdic } from './ebcdic.ts'
import { remark, valueOf, type ByteReading, type ReadValue } from './read-value.ts'

const encodings: readonly { readonly name: string; readonly encoding: TextEncodingName }[] = [
  { name: 'UTF-8', encoding: 'utf-8' },
  { name: 'UTF-16LE', encoding: 'utf-16le' },
  { name: 'UTF-16BE', encoding: 'utf-16be' },
  { name: 'UTF-32LE', encoding: 'utf-32le' },
  { name: 'UTF-32BE', encoding: 'utf-32be' },
  { name: 'Latin-1', encoding: 'latin-1' },
  { name: 'Windows-1252', encoding: 'windows-1252' },
  { name: 'Shift_JIS', encoding: 'shift_jis' },
]

/**
 * The text of the bytes in usual encodings. `isSelection`: all of them, controls as escapes and what is no text as `‹hex›`; else
 * what begins here, up to the first control or byte that is none.
 */
export function textReadings(bytes: Uint8Array, isSelection: boolean): readonly ByteReading[] {
  const read = (spans: readonly TextSpan[]): ReadValue => (isSelection ? whole(spans, bytes) : beginning(spans))
  return [
    ...encodings.map(({ name, encoding }) => ({ name, little: read(decodeText(bytes, encoding)), big: null })),
    { name: 'EBCDIC 037', little: read(decodeEbcdic(bytes)), big: null },
  ]
}

function beginning(spans: readonly TextSpan[]): ReadValue {
  const first = spans[0]
  return first?.kind === 'text' && first.text !== '' ? valueOf(first.text) : remark('no text')
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
])

function whole(spans: readonly TextSpan[], bytes: Uint8Array): ReadValue {
  if (!spans.some(({ kind }) => kind === 'text')) return remark('no text')
  return valueOf(
    spans
      .map((span) => {
        switch (span.kind) {
          case 'text':
            return span.text
          case 'control':
            return shortEscapes.get(span.code) ?? `\\x${hexPair(span.code)}`
          case 'invalid':
            return `‹${Array.from(bytes.subarray(span.start, span.end), hexPair).join(' ')}›`
        }
      })
      .join(''),
  )
}
