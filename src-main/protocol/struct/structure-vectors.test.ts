import { expect, test } from 'vitest'
import { formatHex, parseHex } from '../hex/parse-hex.ts'
import { decodeStructure } from './decode-structure.ts'
import { encodeStructure } from './encode-structure.ts'
import { layoutStructure } from './layout-structure.ts'
import { define, noLibrary } from './testing/definitions.ts'
import { valuesOfDecoded } from './values-of-decoded.ts'

// seed-systems 3.3: ushort=1, int64=2, double=3.3, float=4.4
test.each([
  ['little', 'packed', 22, '0100 0200000000000000 6666666666660a40 cdcc8c40'],
  ['little', 'natural', 32, '0100 000000000000 0200000000000000 6666666666660a40 cdcc8c40 00000000'],
  ['big', 'packed', 22, '0001 0000000000000002 400a666666666666 408ccccd'],
] as const)('%s-endian %s: %d bytes', (byteOrder, alignment, size, hex) => {
  const definition = define({
    name: 'Sample',
    byteOrder,
    alignment,
    fields: [
      { name: 'u', type: { kind: 'integer', integer: 'u16' } },
      { name: 'i', type: { kind: 'integer', integer: 'i64' } },
      { name: 'd', type: { kind: 'float', float: 'f64' } },
      { name: 'f', type: { kind: 'float', float: 'f32' } },
    ],
  })
  const values = { u: '1', i: '2', d: '3.3', f: '4.4' }
  const expected = parseHex(hex)
  const encoded = encodeStructure(definition, noLibrary, values)
  expect(encoded).toEqual(expected)
  if (!encoded.ok) return
  expect(encoded.bytes.length).toBe(size)
  const layout = layoutStructure(definition, noLibrary)
  expect(layout.ok && layout.layout.size).toBe(size)

  const decoded = decodeStructure(definition, noLibrary, encoded.bytes)
  if (!decoded.ok) throw new Error(decoded.error.message)
  expect(decoded.decoded).toMatchObject({ problem: null, usedBytes: size, leftOverBytes: 0 })
  expect(valuesOfDecoded(decoded.decoded)).toEqual(values)
  const again = encodeStructure(definition, noLibrary, valuesOfDecoded(decoded.decoded)!)
  expect(again.ok && formatHex(again.bytes)).toBe(formatHex(encoded.bytes))
})
