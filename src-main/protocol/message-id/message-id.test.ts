import { expect, test } from 'vitest'
import * as v from 'valibot'
import { structureDefinition } from '../../contract/schemas/structure.ts'
import type { DecoderSettings } from '../../contract/schemas/interpretation.ts'
import { messageIdFinder } from './message-id.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hex = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value.replaceAll(' ', ''), 'hex'))
const find = (kind: Exclude<DecoderSettings['kind'], 'structure' | 'text'>, path: string, payload: Uint8Array) =>
  messageIdFinder('lf', { kind }, path, null).find(payload)

test.each([
  ['{"type": "b", "id": "a"}', '', 'a'],
  ['{"method": "m", "params": {"id": 1}}', '', 'm'],
  ['{"id": null, "cmd": "c"}', '', 'c'],
  ['{"id": 12345678901234567890}', '', '12345678901234567890'],
  ['{"id": "first", "id": "last"}', '', 'last'],
  ['{"head": {"kind": true}}', '$.head.kind', 'true'],
  ['[{"id": 1}]', '$[0].id', '1'],
  ['{"id": {"a": 1}}', '', null],
  ['{"id": "a",', '', 'a'],
  ['{"id": "a', '', null],
  ['{"id": 12', '', null],
  ['no json', '', null],
  ['{"id": 1}', '$[', null],
])('JSON %s at %j is %j', (document, path, expected) => {
  expect(find('json', path, text(document))).toBe(expected)
  expect(find('automatic', path, text(document))).toBe(expected)
})

test('an identifier at the end of a long document is found', () => {
  const document = text(`{"x": "${'y'.repeat(200_000)}", "id": "late"}`)
  expect(find('m2', '', document)).toBe('late')
  expect(find('m2', '', document.subarray(0, 150_000))).toBeNull()
})

test.each([
  ['82 a1 78 01 a2 69 64 a1 61', '', 'a'],
  ['81 a2 69 64 07', '', '7'],
  ['81 a1 68 81 a1 6b c3', '$.h.k', 'true'],
  ['92 01 a1 62', '$[1]', 'b'],
  ['81 a1 68 91 81 a1 6b 05', '$..k', '5'],
  ['81 a2 69 64 a5 61', '', null],
  ['c1', '', null],
])('MessagePack %s at %j is %j', (payload, path, expected) => {
  expect(find('tcpy', path, hex(payload))).toBe(expected)
})

test('a field of a structure, named or usual', () => {
  const definition = v.parse(structureDefinition, {
    name: 'Frame',
    byteOrder: 'big',
    fields: [
      { name: 'length', type: { kind: 'integer', integer: 'u16' } },
      { name: 'id', type: { kind: 'integer', integer: 'u8' } },
    ],
  })
  const decoder = { kind: 'structure', structureId: 'frame' } as const
  const structure = { definition, library: () => null }
  expect(messageIdFinder('lf', decoder, '', structure).find(hex('01 02 03'))).toBe('3')
  expect(messageIdFinder('lf', decoder, 'length', structure).find(hex('01 02 03'))).toBe('258')
  expect(messageIdFinder('lf', decoder, 'other', structure).find(hex('01 02 03'))).toBeNull()
  expect(messageIdFinder('lf', decoder, '', null).find(hex('01 02 03'))).toBeNull()
})

test('text counts as JSON when it begins so, bytes never', () => {
  expect(messageIdFinder('raw', { kind: 'text', encoding: 'utf-8' }, '', null).find(text(' {"id": 1}'))).toBe('1')
  expect(find('hex', '', text('{"id": 1}'))).toBeNull()
})
