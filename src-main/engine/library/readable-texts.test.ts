import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinTexts, splitTexts } from './readable-texts.ts'

const names = new Set(['text', 'hex', 'values'])

describe('long texts in files', () => {
  it('stand line by line, or in pieces when they are hex', () => {
    const hex = '00 11 '.repeat(20)
    expect(
      splitTexts({ name: 'a\nb', text: '{\n  "a": 1\n}\n', hex, values: { 'a.b': 'x\ny', text: 'z' } }, names),
    ).toEqual({
      name: 'a\nb',
      text: ['{', '  "a": 1', '}', ''],
      hex: { pieces: [hex.slice(0, 96), hex.slice(96)] },
      values: { 'a.b': ['x', 'y'], text: 'z' },
    })
  })

  it('may be written by hand as plain texts, and what is no text stays for the schema', () => {
    const written = { text: 'plain', hex: { pieces: [1] }, values: 7, steps: [{ text: [1, 2] }] }
    expect(joinTexts(written, names)).toEqual(written)
  })

  it('come back exactly', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string(), { maxLength: 6 }).map((lines) => lines.join('\r\n')),
      fc.string({ minLength: 90, maxLength: 400 }),
    )
    const message = fc.record({
      text,
      hex: text,
      tags: fc.array(fc.string()),
      values: fc.dictionary(fc.string(), text),
    })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 3 }), (steps) => {
        const written = JSON.parse(JSON.stringify(splitTexts({ steps }, names))) as unknown
        expect(joinTexts(written, names)).toEqual(JSON.parse(JSON.stringify({ steps })))
      }),
    )
  })
})
