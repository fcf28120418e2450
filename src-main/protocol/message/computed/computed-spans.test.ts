import { expect, it } from 'vitest'
import type { ComputedField } from '../../../contract/schemas/message.ts'
import { composeMessage } from '../compose-message.ts'
import { contextOf, sourceOf } from '../testing/compose-context.ts'

const length: ComputedField = {
  place: { kind: 'insert', offset: 0 },
  value: { kind: 'length', of: { from: 2, to: null }, added: 0 },
  encoding: { kind: 'binary', type: 'u16be' },
}
const crc: ComputedField = {
  place: { kind: 'append' },
  value: { kind: 'checksum', algorithm: 'CRC-16/MODBUS', of: { from: 0, to: -2 } },
  encoding: { kind: 'binary', type: 'u16le' },
}
const digits: ComputedField = {
  place: { kind: 'insert', offset: 1 },
  value: { kind: 'length', of: { from: 0, to: null }, added: 0 },
  encoding: { kind: 'digits', base: 10, width: 0, uppercase: true },
}

it.each([
  [
    'a field put in and one added',
    [length, crc],
    [
      { start: 0, end: 2 },
      { start: 5, end: 7 },
    ],
  ],
  [
    'a field put in before another',
    [length, { ...length, place: { kind: 'insert', offset: 0 } }],
    [{ start: 0, end: 4 }],
  ],
  ['a field written over', [{ ...length, place: { kind: 'overwrite', offset: 1 } }], [{ start: 1, end: 3 }]],
  ['no field', [], []],
] satisfies [string, ComputedField[], object][])('tells the bytes of %s', (_name, computed, spans) => {
  const composed = composeMessage(sourceOf({ mode: 'hex', hex: '01 02 03' }, { computed }), contextOf())
  expect(composed).toMatchObject({ ok: true, computed: spans })
})

it('tells all digits of a length that needed more of them', () => {
  const source = sourceOf({ mode: 'text', text: 'x'.repeat(20), lineEnding: 'none' }, { computed: [digits] })
  expect(composeMessage(source, contextOf())).toMatchObject({ computed: [{ start: 1, end: 3 }] })
})

it('counts from the beginning of the frame', () => {
  const source = sourceOf({ mode: 'hex', hex: '01 02 03' }, { computed: [length] })
  const framing = { kind: 'tcpy', maximumFrameBytes: 1000 } as const
  expect(composeMessage(source, contextOf({ framing }))).toMatchObject({ computed: [{ start: 4, end: 6 }] })
})
