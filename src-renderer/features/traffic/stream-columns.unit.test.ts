import { describe, expect, it } from 'vitest'
import {
  asciiCharacters,
  byteAtAsciiCharacter,
  byteAtHexCharacter,
  hexCharacters,
  shownAscii,
  shownHex,
} from './stream-columns.ts'

const bytes = Uint8Array.from([
  0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x0a, 0xff, 0x4c, 0x4d, 0x4e, 0x4f, 0x50,
])
const every = Array.from({ length: 16 }, (_, byte) => byte)

describe('columns of the stream', () => {
  it('find the characters of every byte', () => {
    const hex = shownHex(bytes)
    const ascii = shownAscii(bytes)
    const shown = every.map((byte) => {
      const inHex = hexCharacters(byte, byte + 1)
      const inAscii = asciiCharacters(byte, byte + 1)
      return `${hex.slice(inHex.start, inHex.end)}${ascii.slice(inAscii.start, inAscii.end)}`
    })
    expect(shown.join(' ')).toBe('41A 42B 43C 44D 45E 46F 47G 48H 49I 0A· FF· 4CL 4DM 4EN 4FO 50P')
  })

  it('find the byte of every character', () => {
    const fromHex = every.map((byte) => byteAtHexCharacter(hexCharacters(byte, byte + 1).start + 1, 16))
    const fromAscii = every.map((byte) => byteAtAsciiCharacter(asciiCharacters(byte, byte + 1).start, 16))
    expect({ fromHex, fromAscii, beyond: byteAtHexCharacter(47, 3), before: byteAtAsciiCharacter(-4, 3) }).toEqual({
      fromHex: every,
      fromAscii: every,
      beyond: 2,
      before: 0,
    })
  })
})
