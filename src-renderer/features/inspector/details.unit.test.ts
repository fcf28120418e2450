import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { structureDefinition } from '../../../src-main/contract/schemas/structure.ts'
import { parseHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { parseJsonBytes } from '../../../src-main/protocol/json/parse-json.ts'
import { decodeMessagePackPrefix } from '../../../src-main/protocol/msgpack/decode.ts'
import { decodeStructure } from '../../../src-main/protocol/struct/decode-structure.ts'
import { decodeUtf8 } from '../../../src-main/protocol/text/utf8.ts'
import type { DetailNode } from './detail-node.ts'
import { jsonDetail } from './json-detail.ts'
import { shownText } from './message-text.ts'
import { messagePackDetail } from './msgpack-detail.ts'
import { structureDetail } from './structure-detail.ts'

function hex(digits: string): Uint8Array {
  const parsed = parseHex(digits)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.bytes
}

function json(text: string): DetailNode {
  const document = parseJsonBytes(new TextEncoder().encode(text))
  if (!document.ok) throw new Error(document.error.message)
  return jsonDetail(document.root)
}

const listed = (node: DetailNode): readonly unknown[] => [
  [node.path(), node.value, node.type, node.note, node.start, node.end],
  ...node.children().flatMap(listed),
]

describe('JSON as a tree', () => {
  it('keeps digits, the order of keys and duplicates, and knows the bytes of each', () => {
    const root = json('{"b": 9007199254740993, "a": "Ω", "b": [1.0]}')
    expect(listed(root).slice(1)).toEqual([
      ['$.b', '9007199254740993', '', '', 6, 22],
      ['$.a', '"Ω"', '', '', 29, 33],
      [expect.stringContaining('b'), '[1.0]', '', '', 40, 45],
      [expect.stringContaining('[0]'), '1.0', '', '', 41, 44],
    ])
  })

  it('copies texts as they are and documents whole', () => {
    const root = json('{"text": "two\\nlines", "list": [1, {"deep": 1e400}]}')
    expect(root.children().map((node) => node.fullText())).toEqual(['two\nlines', '[1,{"deep":1e400}]'])
  })
})

describe('MessagePack as a tree', () => {
  it('knows the width of numbers, shows texts that are none as hex, and marks what is missing', () => {
    const { node } = decodeMessagePackPrefix(hex('84a16101a162cd0200a163a2ff80a164d9'))
    const rows = listed(messagePackDetail(node)) as [string, string, string][]
    expect(rows.slice(1, 4).map(([path, , type]) => [path, type])).toEqual([
      ['$.a', 'fixint'],
      ['$.b', 'uint16'],
      ['$.c', 'raw'],
    ])
    expect(rows[3]?.[1]?.toLowerCase().replaceAll(' ', '')).toContain('ff80')
    expect(rows.at(-1)?.[1]).toBe('missing: the bytes end here')
  })

  it('tells the date that a map of tcpy stands for', () => {
    const map = '82ac5f5f6461746574696d655f5fc3a661735f737472ba323031342d30352d30365430373a30383a30392e303030303130'
    const { node } = decodeMessagePackPrefix(hex(map))
    expect(messagePackDetail(node).note).toBe('2014-05-06T07:08:09.000010')
  })
})

describe('a structure as a tree', () => {
  it('gives name, type, place and value of each field', () => {
    const definition = v.parse(structureDefinition, {
      name: 'Header',
      fields: [
        { name: 'id', type: { kind: 'integer', integer: 'u16' } },
        { name: 'length', type: { kind: 'integer', integer: 'u32' } },
      ],
    })
    const result = decodeStructure(definition, () => null, hex('0100 0000 0a00 0000'))
    if (!result.ok) throw new Error(result.error.message)
    const fields = structureDetail(result.decoded.root).children()
    expect(
      fields.filter(({ name }) => name !== '').map((node) => [node.name, node.value, node.start, node.end]),
    ).toEqual([
      ['id', '1', 0, 2],
      ['length', '10', 4, 8],
    ])
  })
})

describe('text to be looked at', () => {
  it('names controls, and shows bytes that are no text as hex', () => {
    const bytes = Uint8Array.from([0x41, 0x0d, 0x0a, 0x42, 0xff, 0x00, 0x7f])
    expect(shownText(decodeUtf8(bytes), bytes)).toEqual({ text: 'A‹CR LF›\nB‹hex FF›‹NUL DEL›', isCut: false })
  })

  it('is cut where it is too long to be laid out', () => {
    const bytes = new Uint8Array(150_000).fill(0x41)
    const shown = shownText(decodeUtf8(bytes), bytes)
    expect([shown.text.length, shown.isCut]).toEqual([100_000, true])
  })
})
