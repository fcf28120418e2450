/** The scripts by which a picker groups the encodings. */
export type TextEncodingGroup =
  | 'Unicode'
  | 'Western European'
  | 'Central European'
  | 'Baltic'
  | 'South European'
  | 'Cyrillic'
  | 'Greek'
  | 'Turkish'
  | 'Hebrew'
  | 'Arabic'
  | 'Thai'
  | 'Vietnamese'
  | 'Japanese'
  | 'Simplified Chinese'
  | 'Traditional Chinese'
  | 'Korean'
  | 'Other'

/** An encoding on offer. `name` is what is stored and passed on, `label` what people read. */
export interface TextEncodingInfo {
  readonly name: TextEncodingName
  readonly label: string
  readonly group: TextEncodingGroup
}

const offered = [
  { name: 'utf-8', label: 'UTF-8', group: 'Unicode' },
  { name: 'utf-8-bom', label: 'UTF-8 with BOM', group: 'Unicode' },
  { name: 'utf-16le', label: 'UTF-16 little endian', group: 'Unicode' },
  { name: 'utf-16le-bom', label: 'UTF-16 little endian with BOM', group: 'Unicode' },
  { name: 'utf-16be', label: 'UTF-16 big endian', group: 'Unicode' },
  { name: 'utf-16be-bom', label: 'UTF-16 big endian with BOM', group: 'Unicode' },
  { name: 'utf-32le', label: 'UTF-32 little endian', group: 'Unicode' },
  { name: 'utf-32le-bom', label: 'UTF-32 little endian with BOM', group: 'Unicode' },
  { name: 'utf-32be', label: 'UTF-32 big endian', group: 'Unicode' },
  { name: 'utf-32be-bom', label: 'UTF-32 big endian with BOM', group: 'Unicode' },
  { name: 'ascii', label: 'ASCII (7 bits)', group: 'Western European' },
  { name: 'latin-1', label: 'Latin-1 (ISO-8859-1, every byte its own character)', group: 'Western European' },
  { name: 'windows-1252', label: 'Windows-1252 (what web pages call Latin-1)', group: 'Western European' },
  { name: 'iso-8859-15', label: 'ISO-8859-15 (Latin-9)', group: 'Western European' },
  { name: 'macintosh', label: 'Mac OS Roman', group: 'Western European' },
  { name: 'iso-8859-14', label: 'ISO-8859-14 (Celtic)', group: 'Western European' },
  { name: 'iso-8859-10', label: 'ISO-8859-10 (Nordic)', group: 'Western European' },
  { name: 'windows-1250', label: 'Windows-1250', group: 'Central European' },
  { name: 'iso-8859-2', label: 'ISO-8859-2 (Latin-2)', group: 'Central European' },
  { name: 'iso-8859-16', label: 'ISO-8859-16 (Latin-10)', group: 'Central European' },
  { name: 'windows-1257', label: 'Windows-1257', group: 'Baltic' },
  { name: 'iso-8859-4', label: 'ISO-8859-4', group: 'Baltic' },
  { name: 'iso-8859-13', label: 'ISO-8859-13', group: 'Baltic' },
  { name: 'iso-8859-3', label: 'ISO-8859-3', group: 'South European' },
  { name: 'windows-1251', label: 'Windows-1251', group: 'Cyrillic' },
  { name: 'koi8-r', label: 'KOI8-R', group: 'Cyrillic' },
  { name: 'koi8-u', label: 'KOI8-U', group: 'Cyrillic' },
  { name: 'iso-8859-5', label: 'ISO-8859-5', group: 'Cyrillic' },
  { name: 'ibm866', label: 'IBM866 (DOS)', group: 'Cyrillic' },
  { name: 'x-mac-cyrillic', label: 'Mac OS Cyrillic', group: 'Cyrillic' },
  { name: 'windows-1253', label: 'Windows-1253', group: 'Greek' },
  { name: 'iso-8859-7', label: 'ISO-8859-7', group: 'Greek' },
  { name: 'windows-1254', label: 'Windows-1254', group: 'Turkish' },
  { name: 'windows-1255', label: 'Windows-1255', group: 'Hebrew' },
  { name: 'iso-8859-8', label: 'ISO-8859-8 (visual order)', group: 'Hebrew' },
  { name: 'iso-8859-8-i', label: 'ISO-8859-8-I (logical order)', group: 'Hebrew' },
  { name: 'windows-1256', label: 'Windows-1256', group: 'Arabic' },
  { name: 'iso-8859-6', label: 'ISO-8859-6', group: 'Arabic' },
  { name: 'windows-874', label: 'Windows-874', group: 'Thai' },
  { name: 'windows-1258', label: 'Windows-1258', group: 'Vietnamese' },
  { name: 'shift_jis', label: 'Shift_JIS', group: 'Japanese' },
  { name: 'euc-jp', label: 'EUC-JP', group: 'Japanese' },
  { name: 'iso-2022-jp', label: 'ISO-2022-JP', group: 'Japanese' },
  { name: 'gbk', label: 'GBK', group: 'Simplified Chinese' },
  { name: 'gb18030', label: 'GB 18030', group: 'Simplified Chinese' },
  { name: 'big5', label: 'Big5', group: 'Traditional Chinese' },
  { name: 'euc-kr', label: 'EUC-KR', group: 'Korean' },
  { name: 'x-user-defined', label: 'x-user-defined', group: 'Other' },
] as const

/** The names of all encodings, lower case, as they are stored. */
export type TextEncodingName = (typeof offered)[number]['name']

/** Every encoding, in the order of a picker: group by group. */
export const textEncodings: readonly TextEncodingInfo[] = offered

/** True for the stored name of an encoding; aliases are for `findTextEncoding`. */
export function isTextEncoding(name: string): name is TextEncodingName {
  return offered.some((encoding) => encoding.name === name)
}
