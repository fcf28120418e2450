import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chunkContent,
  contentText,
  lineContent,
  maximumHexPieces,
  maximumPieces,
  textContent,
  type ContentPiece,
} from './row-content.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const short = (pieces: readonly ContentPiece[]): string => pieces.map(({ kind, text }) => `${kind}:${text}`).join('|')

describe('content of a row', () => {
  it('shows text with tags for controls', () => {
    expect([
      short(chunkContent(encode('*IDN?\n'), 6).pieces),
      short(chunkContent(encode('a\tb\r\n'), 5).pieces),
      short(chunkContent(encode('\0\0\0\x0bhello there'), 15).pieces),
      short(chunkContent(encode('begin'), 5000).pieces),
      short(chunkContent(bytes(), 0).pieces),
    ]).toEqual(
      [
        'text:*IDN?|tag:LF',
        'text:a|tag:TAB|text:b|tag:CR LF',
        'tag:NUL NUL NUL VT|text:hello there',
        'text:begin …',
        '',
      ].map((line) => line.replace('begin …', 'begin|text: …')),
    )
  })

  it('shows what is no UTF-8 as hex and names the place', () => {
    const content = chunkContent(bytes(0x56, 0x4f, 0x4c, 0x54, 0xff, 0x80, 0x00), 19)
    expect({ isText: content.isText, pieces: short(content.pieces) }).toEqual({
      isText: false,
      pieces: 'reason:Not UTF-8 at byte 4: |hex:56 4F 4C 54 |hex-marked:FF|hex: 80 00|hex: …',
    })
  })

  it.each<[string, Uint8Array, string]>([
    ['controls all over', bytes(0, 1, 0x0d, 2, 3, 0x41), 'hex:00 01 0D 02 03 41'],
    ['bytes that are no UTF-8 all over', bytes(0x41, 0x9f, 0xfe, 0x80, 0x42), 'hex:41 9F FE 80 42'],
    ['a handshake of one control', bytes(6), 'tag:ACK'],
    ['text between controls', bytes(2, 0x52, 3, 0x51), 'tag:STX|text:R|tag:ETX|text:Q'],
    ['colours of a terminal', encode('\x1b[1m\t\r\n'), 'tag:ESC|text:[1m|tag:TAB CR LF'],
    ['text in another script', encode('Ωμέγα'), 'text:Ωμέγα'],
    [
      'text in another encoding',
      bytes(0x47, 0x72, 0xfc, 0xdf, 0x65),
      'reason:Not UTF-8 at byte 2: |hex:47 72 |hex-marked:FC|hex: DF 65',
    ],
    [
      'text with a bad byte and a NUL',
      bytes(0x41, 0x42, 0x0a, 0xff, 0, 0x43),
      'reason:Not UTF-8 at byte 3: |hex:41 42 0A |hex-marked:FF|hex: 00 43',
    ],
    ['nothing', bytes(), ''],
  ])('shows a chunk as plain hex only where most of it is no text: %s', (_, chunk, expected) => {
    expect(short(chunkContent(chunk, chunk.length).pieces)).toBe(expected)
  })

  it('shows text that was asked for as text, whatever it holds', () => {
    expect([short(textContent(bytes(0, 1, 2), 3).pieces), short(chunkContent(bytes(0, 1, 2), 9).pieces)]).toEqual([
      'tag:NUL SOH STX',
      'hex:00 01 02|text: …',
    ])
  })

  it('keeps a chunk that ends within a character as text', () => {
    const cut = encode('5 Ω').subarray(0, 3)
    expect([short(chunkContent(cut, 3).pieces), short(chunkContent(cut, 4).pieces)]).toEqual([
      'text:5 |hex-marked:CE',
      'text:5 |text: …',
    ])
  })

  it('marks bytes that are no UTF-8 where they stand in a line', () => {
    const line = Uint8Array.from([...encode('ok '), 0xff, 0xfe, ...encode(' on\n')])
    expect(short(lineContent(line))).toBe('text:ok |hex-marked:FF FE|text: on|tag:LF')
  })

  it('bounds the pieces of a row without losing a byte', () => {
    const mixed = Uint8Array.from(Array.from({ length: 512 }, (_, index) => (index % 2 === 0 ? 0x41 : 0xff)))
    const pieces = lineContent(mixed)
    const shownBytes = pieces.reduce(
      (sum, { kind, text }) => sum + (kind === 'text' ? text.length : text.split(' ').length),
      0,
    )
    expect({ pieces: pieces.length, shownBytes }).toEqual({ pieces: 2 * maximumHexPieces + 2, shownBytes: 512 })
  })

  it('keeps text with many controls and a few bad bytes as text', () => {
    const coloured = encode('\x1b[31mred\x1b[0m '.repeat(12))
    const line = Uint8Array.from([0xff, 0x41, 0xfe, ...coloured])
    const pieces = lineContent(line)
    expect({
      pieces: pieces.length,
      hex: pieces.filter(({ kind }) => kind === 'hex-marked').map(({ text }) => text),
    }).toEqual({
      pieces: 51,
      hex: ['FF', 'FE'],
    })
    expect(lineContent(encode('a\x1b'.repeat(200))).length).toBe(maximumPieces + 1)
  })

  it('names characters that are not seen and turn the rest of a row around', () => {
    expect([short(lineContent(encode('a\u202eb\n'))), short(lineContent(encode('\ufeff5\u200bV 👩\u200d👧')))]).toEqual(
      ['text:a|tag:U+202E|text:b|tag:LF', 'tag:U+FEFF|text:5|tag:U+200B|text:V 👩\u200d👧'],
    )
  })

  it('never shows a replacement character that was not sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (input) => {
        fc.pre(!contentText(decodedStrictly(input)).includes('\ufffd'))
        expect(contentText(chunkContent(input, input.length).pieces) + contentText(lineContent(input))).not.toContain(
          '\ufffd',
        )
      }),
    )
  })
})

function decodedStrictly(input: Uint8Array): readonly ContentPiece[] {
  try {
    return [{ kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(input) }]
  } catch {
    return []
  }
}
