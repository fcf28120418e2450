import type { CharacterCodec } from './character-codec.ts'
import { big5Codec, eucKrCodec, gb18030Codec, gbkCodec } from './chinese-korean-codecs.ts'
import { eucJpCodec, iso2022JpCodec, shiftJisCodec } from './japanese-codecs.ts'
import { asciiCodec, latin1Codec, singleByteCodec, userDefinedCodec } from './single-byte-codecs.ts'
import { singleByteTables } from './tables/single-byte.ts'
import type { TextEncodingName } from './text-encodings.ts'
import { utf16Codec, utf32Codec, utf8Codec, withByteOrderMark } from './unicode-codecs.ts'

type TabledName = keyof typeof singleByteTables

const codecs: Readonly<Record<Exclude<TextEncodingName, TabledName>, CharacterCodec>> = {
  'utf-8': utf8Codec,
  'utf-8-bom': withByteOrderMark(utf8Codec, utf8Codec),
  'utf-16le': utf16Codec('little'),
  'utf-16le-bom': withByteOrderMark(utf16Codec('little'), utf16Codec('big')),
  'utf-16be': utf16Codec('big'),
  'utf-16be-bom': withByteOrderMark(utf16Codec('big'), utf16Codec('little')),
  'utf-32le': utf32Codec('little'),
  'utf-32le-bom': withByteOrderMark(utf32Codec('little'), utf32Codec('big')),
  'utf-32be': utf32Codec('big'),
  'utf-32be-bom': withByteOrderMark(utf32Codec('big'), utf32Codec('little')),
  ascii: asciiCodec,
  'latin-1': latin1Codec,
  'x-user-defined': userDefinedCodec,
  // Visual and logical order are the same bytes.
  'iso-8859-8-i': singleByteCodec('iso-8859-8'),
  shift_jis: shiftJisCodec,
  'euc-jp': eucJpCodec,
  'iso-2022-jp': iso2022JpCodec,
  gbk: gbkCodec,
  gb18030: gb18030Codec,
  big5: big5Codec,
  'euc-kr': eucKrCodec,
}

/** Codecs of one byte a character, made at first use. */
const tabled = new Map<TabledName, CharacterCodec>()

const isTabled = (name: TextEncodingName): name is TabledName => Object.hasOwn(singleByteTables, name)

/** The codec of an encoding. */
export function textCodec(name: TextEncodingName): CharacterCodec {
  if (!isTabled(name)) return codecs[name]
  const codec = tabled.get(name) ?? singleByteCodec(name)
  tabled.set(name, codec)
  return codec
}
