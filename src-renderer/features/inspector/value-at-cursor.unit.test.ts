import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textAtCursor, valuesAtCursor } from './value-at-cursor.ts'

const table = (bytes: number[]): Record<string, string> =>
  Object.fromEntries(
    valuesAtCursor(Uint8Array.from(bytes)).map(({ name, littleEndian, bigEndian }) => [
      name,
      `${littleEndian ?? '-'} ${bigEndian ?? '-'}`,
    ]),
  )

describe('values at the cursor', () => {
  it('reads every type in both byte orders, 64 bits exactly', () => {
    expect(table([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe])).toEqual({
      u8: '255 255',
      i8: '-1 -1',
      u16: '65535 65535',
      i16: '-1 -1',
      u32: '4294967295 4294967295',
      i32: '-1 -1',
      u64: '18374686479671623679 18446744073709551614',
      i64: '-72057594037927937 -2',
      f32: 'NaN NaN',
      f64: '-5.486124068793688e+303 NaN',
    })
  })

  it('leaves out what needs more bytes than there are', () => {
    expect(table([0x00, 0x00, 0x80, 0x3f])).toMatchObject({ f32: '1 4.6006e-41', u64: '- -', u16: '0 0' })
  })

  it('prints single precision as short as it can be read back', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const bytes = new Uint8Array(new Float32Array([value]).buffer)
        const printed = valuesAtCursor(bytes).find(({ name }) => name === 'f32')?.littleEndian
        expect(Object.is(Math.fround(Number(printed)), value)).toBe(true)
      }),
    )
  })

  it('reads text up to the first byte that is none', () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
    expect([textAtCursor(encode('5 Ω\nmore')), textAtCursor(encode('\0')), textAtCursor(new Uint8Array())]).toEqual([
      '5 Ω',
      null,
      null,
    ])
  })
})
