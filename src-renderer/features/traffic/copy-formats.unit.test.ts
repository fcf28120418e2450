import { expect, it } from 'vitest'
import { bytesForClipboard, type CopyFormat } from './copy-formats.ts'

it('gives bytes as text, hex, C array and base64, and says when text needs escapes', () => {
  const formats: CopyFormat[] = ['text', 'hex', 'c-array', 'base64']
  const copy = (...bytes: number[]): string[] =>
    formats.map((format) => {
      const { text, escaped } = bytesForClipboard(Uint8Array.from(bytes), format)
      return escaped ? `escaped ${text}` : text
    })
  expect([copy(0x41, 0x0a), copy(0x41, 0xff)]).toEqual([
    ['A\n', '41 0A', 'const unsigned char data[2] = {\n  0x41, 0x0a,\n};\n', 'QQo='],
    ['escaped A\\xff', '41 FF', 'const unsigned char data[2] = {\n  0x41, 0xff,\n};\n', 'Qf8='],
  ])
})
