import { describe, expect, it } from 'vitest'
import { readJsonBytes, readJsonText, writeJsonText } from './json-text.ts'

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

describe('reading JSON that may be hostile', () => {
  it('gives the value', () => {
    expect(readJsonText('{"a":[1,null]}')).toEqual({ kind: 'value', value: { a: [1, null] } })
  })

  it.each([
    ['', 'It is empty.'],
    [' \n', 'It is empty.'],
    ['{"a":1,\n"b":}', 'Line 2 is not JSON.'],
    ['{"a":', 'It ends in the middle: it is not whole JSON.'],
    ['{\n<<<<<<< HEAD\n"a":1\n=======\n', 'Line 2 holds a merge conflict. Resolve it in version control.'],
    ['{"a":{"__proto__":{"x":1}}}', 'The name a.__proto__ is not allowed.'],
    ['[{"constructor":1}]', 'The name [0].constructor is not allowed.'],
    [deep(33), `${'[0]'.repeat(20)} is nested deeper than 32 levels.`],
    [deep(1_000_000), `${'[0]'.repeat(20)} is nested deeper than 32 levels.`],
  ])('tells what is wrong with %.30s', (text, reason) => {
    expect(readJsonText(text)).toEqual({ kind: 'unreadable', reason })
  })

  it('takes as many levels as are allowed', () => {
    expect(readJsonText(deep(32)).kind).toBe('value')
  })

  it('wants UTF-8 and skips a byte order mark', () => {
    expect([
      readJsonBytes(Uint8Array.of(0x22, 0xff, 0x22)),
      readJsonBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)),
    ]).toEqual([
      { kind: 'unreadable', reason: 'It is not UTF-8 text.' },
      { kind: 'value', value: 1 },
    ])
  })

  it('writes pretty JSON with a final newline', () => {
    expect(writeJsonText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n')
  })
})
