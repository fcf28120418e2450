import { decodeUtf8, isControl, type TextSpan } from '../utf8.ts'
import { malformed, noCharacter, type ReadCharacter } from './character-codec.ts'
import { textCodec } from './text-codecs.ts'
import type { TextEncodingName } from './text-encodings.ts'

/**
 * Splits bytes into text, controls and what is malformed in the encoding. Every byte is in exactly one span, in order,
 * and nothing is replaced. Bytes that are no character of their own (a byte order mark of the encodings that have one,
 * the switches of ISO-2022-JP) belong to the text beside them, whose `text` may then be empty.
 *
 * A malformed character takes as many bytes as the WHATWG Encoding Standard says: a trail byte that is ASCII is read on
 * its own, so that damage does not swallow a delimiter.
 */
export function decodeText(bytes: Uint8Array, encoding: TextEncodingName): readonly TextSpan[] {
  if (encoding === 'utf-8') return decodeUtf8(bytes)
  const readCharacter = textCodec(encoding).newReader()
  const read: ReadCharacter = { length: 1, codePoint: malformed, second: 0 }
  const spans: TextSpan[] = []
  let text = ''
  let textStart = -1
  let invalidStart = -1
  const endRuns = (end: number): void => {
    if (textStart >= 0) spans.push({ kind: 'text', text, start: textStart, end })
    if (invalidStart >= 0) spans.push({ kind: 'invalid', start: invalidStart, end })
    text = ''
    textStart = -1
    invalidStart = -1
  }
  for (let index = 0; index < bytes.length; index += read.length) {
    readCharacter(bytes, index, read)
    if (read.codePoint === malformed) {
      if (invalidStart >= 0) continue
      endRuns(index)
      invalidStart = index
    } else if (read.codePoint !== noCharacter && isControl(read.codePoint)) {
      endRuns(index)
      spans.push({ kind: 'control', code: read.codePoint, start: index, end: index + read.length })
    } else {
      if (textStart < 0) {
        endRuns(index)
        textStart = index
      }
      if (read.codePoint !== noCharacter) text += String.fromCodePoint(read.codePoint)
      if (read.second !== 0) text += String.fromCodePoint(read.second)
    }
  }
  endRuns(bytes.length)
  return spans
}
