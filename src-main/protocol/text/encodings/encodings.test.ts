import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteBuilder } from '../byte-builder.ts'
import { decodeText } from './decode-text.ts'
import { encodeText } from './encode-text.ts'
import { findTextEncoding } from './encoding-labels.ts'
import { textCodec } from './text-codecs.ts'
import { isTextEncoding, textEncodings, type TextEncodingName } from './text-encodings.ts'

const names = textEncodings.map(({ name }) => name)

function bytesOf(text: string, encoding: TextEncodingName): number[] | null {
  const encoded = encodeText(text, encoding)
  return encoded.ok ? [...encoded.bytes] : null
}

/** All spans as one text, or null when something is malformed. */
function textOf(bytes: Iterable<number>, encoding: TextEncodingName): string | null {
  let text = ''
  for (const span of decodeText(Uint8Array.from(bytes), encoding)) {
    if (span.kind === 'invalid') return null
    text += span.kind === 'text' ? span.text : String.fromCharCode(span.code)
  }
  return text
}

const hex = (text: string): number[] => [...Buffer.from(text.replaceAll(' ', ''), 'hex')]

test.each([
  ['hé😀', 'utf-8', '68 c3a9 f09f9880'],
  ['hé', 'utf-8-bom', 'efbbbf 68 c3a9'],
  ['h😀', 'utf-16le', '6800 3dd8 00de'],
  ['h😀', 'utf-16be', '0068 d83d de00'],
  ['h', 'utf-16le-bom', 'fffe 6800'],
  ['h', 'utf-16be-bom', 'feff 0068'],
  ['h😀', 'utf-32le', '68000000 00f60100'],
  ['😀', 'utf-32be-bom', '0000feff 0001f600'],
  ['', 'utf-32le-bom', 'fffe0000'],
  ['é\u0080\u009f', 'latin-1', 'e9 80 9f'],
  ['é€', 'windows-1252', 'e9 80'],
  ['日本ｱ', 'shift_jis', '93fa 967b b1'],
  ['日本ｱ', 'euc-jp', 'c6fc cbdc 8eb1'],
  ['a日¥\\', 'iso-2022-jp', '61 1b2442 467c 1b284a 5c 1b2842 5c'],
  ['中€', 'gbk', 'd6d0 80'],
  ['中€😀', 'gb18030', 'd6d0 a2e3 9439fc36'],
  ['中五', 'big5', 'a4a4 a4ad'],
  ['한글', 'euc-kr', 'c7d1 b1db'],
  ['Привет', 'koi8-r', 'f0d2c9d7c5d4'],
  ['Привет', 'ibm866', '8fe0a8a2a5e2'],
  ['Ω', 'macintosh', 'bd'],
  ['\uf7ff', 'x-user-defined', 'ff'],
] as const)('%j in %s', (text, encoding, expected) => {
  expect(bytesOf(text, encoding)).toEqual(hex(expected))
  expect(textOf(hex(expected), encoding)).toBe(text)
})

/**
 * Characters that are written as others by the rules of the Encoding Standard, and so do not come back.
 */
const oneWay: Readonly<Partial<Record<TextEncodingName, (codePoint: number) => boolean>>> = {
  shift_jis: (codePoint) => [0xa5, 0x203e, 0x2212].includes(codePoint),
  'euc-jp': (codePoint) => [0xa5, 0x203e, 0x2212].includes(codePoint),
  'iso-2022-jp': (codePoint) => codePoint === 0x2212 || (codePoint >= 0xff61 && codePoint <= 0xff9f),
}

const unicodeNames = names.filter((name) => name.startsWith('utf-'))

test.each(names)('every character of the BMP that %s has comes back', (name) => {
  const isOneWay = oneWay[name] ?? (() => false)
  const writer = textCodec(name).newWriter()
  const builder = new ByteBuilder()
  const characters: string[] = []
  for (let codePoint = 0; codePoint <= 0xffff; codePoint++) {
    if ((codePoint >= 0xd800 && codePoint <= 0xdfff) || isOneWay(codePoint)) continue
    if (writer.write(codePoint, builder)) characters.push(String.fromCharCode(codePoint))
  }
  writer.finish(builder)
  const whole = characters.join('')
  expect(textOf(builder.toBytes(), name) === whole).toBe(true)
  expect(characters.length).toBeGreaterThanOrEqual(128 - (name === 'iso-2022-jp' ? 3 : 0))
  if (unicodeNames.includes(name)) expect(characters.length).toBe(0x10000 - 2048)
})

test('texts with characters beyond the BMP come back where they can be written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom(...unicodeNames), (text, name) => {
      expect(textOf(bytesOf(text, name) ?? [], name)).toBe(text)
    }),
  )
  for (const text of ['𠮷', '😀', '\u{10ffff}']) expect(textOf(bytesOf(text, 'gb18030') ?? [], 'gb18030')).toBe(text)
})

test('the Hong Kong supplement of Big5 is read and not written', () => {
  const text = textOf([0x87, 0x62], 'big5') ?? ''
  expect(text).toHaveLength(2)
  expect(bytesOf(text, 'big5')).toBeNull()
})

test('whatever the bytes, the spans cover them in order and nothing is replaced', () => {
  const likely = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x1b, 0x24, 0x42, 0x28, 0x4a, 0x30, 0x81, 0x8e, 0x8f, 0xa1, 0xfe, 0xff, 0xd8, 0x00, 0x0a),
    ),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(likely, fc.constantFrom(...names), (bytes, name) => {
      let end = 0
      let last = ''
      for (const span of decodeText(Uint8Array.from(bytes), name)) {
        expect(span.start).toBe(end)
        expect(span.end).toBeGreaterThan(span.start)
        if (span.kind !== 'control') expect(span.kind).not.toBe(last)
        if (span.kind === 'text') expect(span.text).not.toContain('\ufffd'.repeat(name.startsWith('utf') ? 9 : 1))
        last = span.kind
        end = span.end
      }
      expect(end).toBe(bytes.length)
    }),
    { numRuns: 10_000 },
  )
})

const invalid = (bytes: string, name: TextEncodingName): string =>
  decodeText(Uint8Array.from(hex(bytes)), name)
    .map((span) => {
      if (span.kind === 'text') return JSON.stringify(span.text)
      return span.kind === 'control' ? `<${span.code}>` : `!${span.start}-${span.end}`
    })
    .join(' ')

test.each([
  ['shift_jis', '61 81 0d0a', '"a" !1-2 <13> <10>'],
  ['shift_jis', '85a1 62', '!0-2 "b"'],
  ['shift_jis', 'a0 fd 93', '!0-3'],
  ['euc-jp', '8fa1 41', '!0-2 "A"'],
  ['euc-jp', '8fa180 41', '!0-3 "A"'],
  ['euc-jp', '8e41 c6fc', '!0-1 "A日"'],
  ['euc-jp', '41 8fa1', '"A" !1-3'],
  ['iso-2022-jp', '1b2442 467c 0a 1b2842 61', '"日" !5-6 "a"'],
  ['iso-2022-jp', '61 1b2843 62', '"a" !1-2 "(Cb"'],
  ['iso-2022-jp', '1b2442 1b2842 0a', '"" <10>'],
  ['iso-2022-jp', '1b2849 31', '"ｱ"'],
  ['gb18030', '8130 41', '!0-1 "0A"'],
  ['gb18030', '81308130 61', '<128> "a"'],
  ['gb18030', '8431a530 fe', '!0-5'],
  ['gb18030', '813081', '!0-3'],
  ['gbk', 'd6 0a ff', '!0-1 <10> !2-3'],
  ['big5', '8862 8864 88a3 88a5', '"Ê̄Ê̌ê̄ê̌"'],
  ['big5', '80 a440 a4', '!0-1 "一" !3-4'],
  ['euc-kr', 'c7d1 c741 ff', '"한" !2-3 "A" !4-5'],
  ['utf-16le', '6100 00d8 6200 ff', '"a" !2-4 "b" !6-7'],
  ['utf-16be', '00dc 00 0a', '"Ü" <10>'],
  ['utf-16be', 'dc00 0061 d800', '!0-2 "a" !4-6'],
  ['utf-32le', '61000000 00d80000 00001100 61', '"a" !4-13'],
  ['utf-16le-bom', 'feff 0061', '"a"'],
  ['utf-16le-bom', '6100', '"a"'],
  ['utf-32le-bom', '0000feff 00000061', '"a"'],
  ['utf-16le', 'fffe 6100', '"\ufeffa"'],
  ['ascii', '61 80 0a', '"a" !1-2 <10>'],
  ['latin-1', '80 e9', '<128> "é"'],
  ['windows-1252', '80 81 e9', '"€" <129> "é"'],
  ['windows-1253', 'aa e1', '!0-1 "α"'],
] as const)('%s: %s', (name, bytes, expected) => {
  expect(invalid(bytes, name)).toBe(expected)
})

describe('what has no form is refused', () => {
  test.each([
    ['ab€', 'latin-1', 3, '"€" (U+20AC)'],
    ['é', 'ascii', 1, '"é" (U+00E9)'],
    ['a\u0081', 'windows-1251', 2, 'U+0081'],
    ['😀é', 'gbk', 1, '"😀" (U+1F600)'],
    ['\u001b', 'iso-2022-jp', 1, 'U+001B'],
    ['中\ue5e5', 'gb18030', 2, 'U+E5E5'],
  ] as const)('%j in %s', (text, encoding, position, found) => {
    const encoded = encodeText(text, encoding)
    expect(encoded).toMatchObject({ ok: false, error: { code: 'text-not-encodable', data: { position, found } } })
  })

  test.each(names)('half a character in %s', (name) => {
    for (const text of ['a\ud800', 'a\udc00b', 'a\ud800\ud800']) {
      const encoded = encodeText(text, name)
      expect(encoded).toMatchObject({ ok: false, error: { code: 'text-not-encodable', data: { position: 2 } } })
    }
  })

  test('an encoding that does not exist', () => {
    for (const label of ['utf-9', '', 'klingon', 'x'.repeat(1000)]) {
      expect(encodeText('a', label)).toMatchObject({ ok: false, error: { code: 'encoding-unknown' } })
      expect(findTextEncoding(label)).toMatchObject({ ok: false, error: { code: 'encoding-unknown' } })
    }
  })
})

test('labels in use elsewhere', () => {
  const found = (label: string): string | null => {
    const sought = findTextEncoding(label)
    return sought.ok ? sought.encoding.name : null
  }
  expect(
    ['utf8', 'UTF_8', ' Shift-JIS ', 'sjis', 'gb2312', 'latin1', 'ISO-8859-1', 'cp1252', 'us-ascii', 'utf-16'].map(
      found,
    ),
  ).toEqual([
    'utf-8',
    'utf-8',
    'shift_jis',
    'shift_jis',
    'gbk',
    'latin-1',
    'latin-1',
    'windows-1252',
    'ascii',
    'utf-16le-bom',
  ])
  for (const { name } of textEncodings) expect(found(name)).toBe(name)
  expect(isTextEncoding('utf-8')).toBe(true)
  expect(isTextEncoding('utf8')).toBe(false)
  expect(new Set(names).size).toBe(names.length)
})

test('the groups of the picker stand together', () => {
  const groups = textEncodings.map(({ group }) => group)
  const begins = groups.filter((group, index) => group !== groups[index - 1])
  expect(begins.length).toBe(new Set(groups).size)
})

/** Encodings whose tables the TextDecoder of every Node agrees with. */
const likeNode = names.filter((name) => /^(iso-8859-(?!16|1$)|koi8-r|macintosh|windows-125[01468]|x-mac)/.test(name))

test.each(likeNode)('%s is as TextDecoder has it', (name) => {
  const decoder = new TextDecoder(name, { fatal: true })
  for (let byte = 0; byte < 256; byte++) {
    let expected: string | null = null
    try {
      expected = decoder.decode(Uint8Array.of(byte))
    } catch {
      // Malformed there; it must be here.
    }
    expect(textOf([byte], name)).toBe(expected)
  }
})

const python = (script: string): string | null => {
  const run = spawnSync('python3', ['-c', script], { encoding: 'utf8', maxBuffer: 64 << 20 })
  return run.status === 0 ? run.stdout : null
}

/**
 * Python's name, the length of the sequences compared, how many of them both read alike at least (Python reads some
 * fewer), and which differ: those of JIS that Windows reads otherwise, and marks of Big5.
 */
interface LikePython {
  readonly name: TextEncodingName
  readonly python: string
  readonly length: number
  readonly least: number
  readonly known?: readonly string[]
}

const likePython: readonly LikePython[] = [
  { name: 'latin-1', python: 'latin-1', length: 1, least: 256 },
  { name: 'windows-1252', python: 'cp1252', length: 1, least: 251 },
  { name: 'windows-1253', python: 'cp1253', length: 1, least: 239 },
  { name: 'windows-1255', python: 'cp1255', length: 1, least: 233 },
  { name: 'koi8-r', python: 'koi8-r', length: 1, least: 256 },
  { name: 'ibm866', python: 'cp866', length: 1, least: 256 },
  { name: 'shift_jis', python: 'cp932', length: 2, least: 9600 },
  { name: 'euc-jp', python: 'euc_jp', length: 2, least: 6900, known: ['a1c1', 'a1c2', 'a1dd', 'a1f1', 'a1f2', 'a2cc'] },
  { name: 'gb18030', python: 'gb18030', length: 2, least: 23_800 },
  { name: 'euc-kr', python: 'cp949', length: 2, least: 17_040 },
  {
    name: 'big5',
    python: 'big5hkscs',
    length: 2,
    least: 18_300,
    known: 'a145 a14e a1c2 a1e3 a1f2 a1f3 a241 a242 a244 a246 a247'.split(' '),
  },
]

test.skipIf(python('') === null)('the characters are those of the codecs of Python (skipped without python3)', () => {
  for (const { name, python: pythonName, length, least, known = [] } of likePython) {
    const lines = python(
      `import sys
for n in range(${length === 1 ? 0 : 0x8140}, ${length === 1 ? 0x100 : 0xff00}):
    try:
        t = n.to_bytes(${length}, 'big').decode('${pythonName}')
        sys.stdout.write('%x %s\\n' % (n, t.encode('utf-16-be').hex()))
    except UnicodeError: pass`,
    )
    let same = 0
    const differing: string[] = []
    for (const line of lines?.trim().split('\n') ?? []) {
      const [bytes = '', expected] = line.split(' ')
      const text = textOf(hex(bytes.padStart(length * 2, '0')), name)
      if (text === null) continue
      const found = Buffer.from(bytesOf(text, 'utf-16be') ?? []).toString('hex')
      if (found === expected) same++
      // Where the standard has a character meanwhile, Python has a private one.
      else if (!/^(e.|f[0-8])..$/.test(expected ?? '')) differing.push(bytes)
    }
    expect([name, same >= least, same, differing]).toEqual([name, true, same, known])
  }
})
