import { describeError } from '../../../contract/errors.ts'
import { ByteBuilder } from '../byte-builder.ts'
import { nameCharacter, nameCodePoint, type ParsedBytes } from '../parsed-bytes.ts'
import { isSurrogate } from '../utf8.ts'
import { findTextEncoding } from './encoding-labels.ts'
import { textCodec } from './text-codecs.ts'

/**
 * Text as the bytes of an encoding, given by its name or one of its labels. Nothing is replaced: a character without a
 * form in the encoding is the error `text-not-encodable` with its `position` (from 1, in UTF-16 units), what was
 * `found` there and the `encoding`. So is half of a UTF-16 pair, in every encoding. Errors beside: `encoding-unknown`.
 */
export function encodeText(text: string, encoding: string): ParsedBytes {
  const sought = findTextEncoding(encoding)
  if (!sought.ok) return sought
  const writer = textCodec(sought.encoding.name).newWriter()
  const builder = new ByteBuilder(text.length)
  for (let index = 0; index < text.length; index++) {
    const codePoint = text.codePointAt(index) ?? 0
    if (isSurrogate(codePoint) || !writer.write(codePoint, builder)) {
      return {
        ok: false,
        error: describeError('text-not-encodable', {
          position: index + 1,
          found: describeCharacter(text, index, codePoint),
          encoding: sought.encoding.label,
        }),
      }
    }
    if (codePoint > 0xffff) index++
  }
  writer.finish(builder)
  return { ok: true, bytes: builder.toBytes() }
}

function describeCharacter(text: string, index: number, codePoint: number): string {
  const number = nameCodePoint(codePoint)
  if (isSurrogate(codePoint)) return `half a character (${number})`
  const name = nameCharacter(text, index)
  return name === number ? number : `${name} (${number})`
}
