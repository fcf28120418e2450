import { describeError, type ErrorShape } from '../../../contract/errors.ts'
import { textEncodings, type TextEncodingInfo, type TextEncodingName } from './text-encodings.ts'

/**
 * Other labels of the encodings, lower case and without punctuation: those of the WHATWG Encoding Standard and those of
 * Python. Two differ from the standard on purpose: Latin-1 and ASCII are themselves here, not Windows-1252. UTF-16 and
 * UTF-32 without an order have a byte order mark, as in Python.
 */
const labels: Readonly<Partial<Record<TextEncodingName, string>>> = {
  'utf-8': 'utf8 unicode11utf8 unicode20utf8 xunicode20utf8 cp65001 u8',
  'utf-8-bom': 'utf8sig',
  'utf-16le': 'csunicode iso10646ucs2 ucs2 ucs2le unicode unicodefeff',
  'utf-16be': 'unicodefffe ucs2be',
  'utf-16le-bom': 'utf16 u16',
  'utf-32le': 'ucs4le',
  'utf-32be': 'ucs4be',
  'utf-32le-bom': 'utf32 u32',
  ascii: 'usascii ansix341968 isoir6 us 646 iso646us csascii cp367 ibm367',
  'latin-1': 'latin1 iso88591 isoir100 l1 cp819 ibm819 csisolatin1 iso885911987',
  'windows-1252': 'cp1252 xcp1252 ansi 1252',
  'iso-8859-15': 'iso885915 latin9 l9 csisolatin9',
  macintosh: 'mac xmacroman macroman csmacintosh',
  'iso-8859-14': 'iso885914 latin8 l8 iso8859141998 isoceltic isoir199',
  'iso-8859-10': 'iso885910 latin6 l6 csisolatin6 isoir157 iso8859101992',
  'windows-1250': 'cp1250 xcp1250 1250',
  'iso-8859-2': 'iso88592 latin2 l2 csisolatin2 isoir101 iso885921987',
  'iso-8859-16': 'iso885916 latin10 l10 iso8859162001 isoir226',
  'windows-1257': 'cp1257 xcp1257 1257',
  'iso-8859-4': 'iso88594 latin4 l4 csisolatin4 isoir110 iso885941988',
  'iso-8859-13': 'iso885913 latin7 l7',
  'iso-8859-3': 'iso88593 latin3 l3 csisolatin3 isoir109 iso885931988',
  'windows-1251': 'cp1251 xcp1251 1251',
  'koi8-r': 'koi8r koi koi8 cskoi8r',
  'koi8-u': 'koi8u koi8ru',
  'iso-8859-5': 'iso88595 cyrillic csisolatincyrillic isoir144 iso885951988',
  ibm866: '866 cp866 csibm866',
  'x-mac-cyrillic': 'xmaccyrillic xmacukrainian maccyrillic',
  'windows-1253': 'cp1253 xcp1253 1253',
  'iso-8859-7': 'iso88597 greek greek8 csisolatingreek ecma118 elot928 isoir126 suneugreek iso885971987',
  'windows-1254': 'cp1254 xcp1254 iso88599 latin5 l5 csisolatin5 isoir148 iso885991989 1254',
  'windows-1255': 'cp1255 xcp1255 1255',
  'iso-8859-8': 'iso88598 hebrew visual csiso88598e csisolatinhebrew iso88598e isoir138 iso885981988',
  'iso-8859-8-i': 'csiso88598i iso88598i logical',
  'windows-1256': 'cp1256 xcp1256 1256',
  'iso-8859-6':
    'iso88596 arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 iso88596e iso88596i isoir127 iso885961987',
  'windows-874': 'dos874 iso885911 tis620 cp874',
  'windows-1258': 'cp1258 xcp1258 1258',
  shift_jis: 'sjis shiftjis mskanji csshiftjis ms932 windows31j xsjis cp932 932',
  'euc-jp': 'eucjp xeucjp ujis cseucpkdfmtjapanese',
  'iso-2022-jp': 'iso2022jp csiso2022jp',
  gbk: 'gb2312 chinese csgb2312 csiso58gb231280 gb231280 isoir58 xgbk cp936 ms936 936 euccn',
  gb18030: 'gb180302000',
  big5: 'big5hkscs cnbig5 csbig5 xxbig5 cp950 950 big5tw',
  'euc-kr': 'euckr cp949 949 uhc ksc5601 csksc56011987 korean ksc56011987 ksc56011989 windows949 cseuckr isoir149',
}

/** The encoding of a label, or the error `encoding-unknown`. */
export type FoundTextEncoding =
  { readonly ok: true; readonly encoding: TextEncodingInfo } | { readonly ok: false; readonly error: ErrorShape }

let encodingOfLabel: ReadonlyMap<string, TextEncodingInfo> | null = null

/** Upper case, punctuation and white space do not count: `Shift-JIS` and `shift_jis` are the same label. */
const bare = (label: string): string => label.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Finds an encoding by its name or by a label in use elsewhere: `utf8`, `sjis`, `cp1252`, `gb2312`, `latin1` … */
export function findTextEncoding(label: string): FoundTextEncoding {
  encodingOfLabel ??= new Map(
    textEncodings.flatMap((encoding) =>
      [encoding.name, ...(labels[encoding.name] ?? '').split(' ')]
        .filter((name) => name !== '')
        .map((name) => [bare(name), encoding] as const),
    ),
  )
  const encoding = label.length > 40 ? undefined : encodingOfLabel.get(bare(label))
  if (encoding !== undefined) return { ok: true, encoding }
  return { ok: false, error: describeError('encoding-unknown', { encoding: label.slice(0, 40) }) }
}
