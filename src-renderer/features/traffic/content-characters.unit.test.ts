import { describe, expect, it } from 'vitest'
import { contentCharacters } from './content-characters.ts'
import { chunkContent, hexContent, lineContent, type RowContent } from './row-content.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The characters that are marked, piece by piece. */
function marked(content: RowContent, bytes: Uint8Array, from: number, to: number): string[] {
  return contentCharacters(content, bytes, from, to).map(
    ({ piece, start, end }) => content.pieces[piece]?.text.slice(start, end) ?? '',
  )
}

const ofChunk = (bytes: Uint8Array, from: number, to: number): string[] =>
  marked(chunkContent(bytes, bytes.length), bytes, from, to)

describe('characters of bytes found', () => {
  it('are those of the text, across line ends that stand as tags', () => {
    const bytes = utf8('VOLT 5\r\nOK\r\n')
    expect([ofChunk(bytes, 5, 6), ofChunk(bytes, 5, 9), ofChunk(bytes, 8, 12)]).toEqual([
      ['5'],
      ['5', 'CR LF', 'O'],
      ['OK', 'CR LF'],
    ])
  })

  it('are whole characters where they have several bytes', () => {
    const bytes = utf8('23 °C, grün, 😀!')
    expect([ofChunk(bytes, 3, 5), ofChunk(bytes, 10, 12), ofChunk(bytes, 15, 19)]).toEqual([['°'], ['ü'], ['😀']])
  })

  it('are the digits where bytes stand as hex, marked or not', () => {
    const invalid = Uint8Array.from([...utf8('VOLT and more'), 0xff, 0x80, 0x41])
    expect(ofChunk(invalid, 13, 15)).toEqual(['FF', '80'])
    const binary = Uint8Array.from([0, 1, 2, 3, 0, 1, 2, 3])
    expect(marked({ isText: false, pieces: hexContent(binary, 8) }, binary, 2, 4)).toEqual(['02 03'])
    const line = Uint8Array.from([...utf8('ab'), 0xff, ...utf8('cd')])
    expect(marked({ isText: true, pieces: lineContent(line) }, line, 1, 4)).toEqual(['b', 'FF', 'c'])
  })

  it('are none beyond what is shown', () => {
    const bytes = utf8('shown')
    expect(marked(chunkContent(bytes, 5000), bytes, 3, 900)).toEqual(['wn'])
    expect(marked(chunkContent(bytes, 5000), bytes, 700, 900)).toEqual([])
  })
})
