import { afterEach, expect, test, vi } from 'vitest'
import { maximumComputedFields, type ComputedField } from '../../../contract/schemas/message.ts'
import { findChecksum } from '../../checksum/checksums.ts'
import { composeMessage } from '../compose-message.ts'
import { contextOf, sourceOf } from '../testing/compose-context.ts'

const decimal = { kind: 'digits', base: 10, width: 0, uppercase: true } as const
const hex = { kind: 'digits', base: 16, width: 0, uppercase: true } as const

function checksum(algorithm: string, to: number | null, rest: Partial<ComputedField> = {}): ComputedField {
  return {
    place: { kind: 'append' },
    value: { kind: 'checksum', algorithm, of: { from: 0, to } },
    encoding: decimal,
    ...rest,
  }
}

const length: ComputedField = {
  place: { kind: 'insert', offset: 0 },
  value: { kind: 'length', of: { from: 0, to: null }, added: 0 },
  encoding: decimal,
}

function composed(text: string, computed: readonly ComputedField[]): unknown {
  const result = composeMessage(sourceOf({ mode: 'text', text }, { computed: [...computed] }), contextOf())
  return result.ok ? new TextDecoder().decode(result.bytes) : [result.error.code, result.error.data]
}

afterEach(() => vi.restoreAllMocks())

test.each<[string, string, readonly ComputedField[], string]>([
  ['as many digits as it needs', 'abc', [checksum('sum8', 3)], 'abc38'],
  ['ten digits', '123456789', [checksum('CRC-32', 9)], '1234567893421780262'],
  ['one over the digits of another', 'a', [checksum('sum8', 1), checksum('sum8', 3)], 'a97209'],
  ['hex digits have their width', 'abc', [checksum('sum8', 3, { encoding: hex })], 'abc26'],
  ['a length before it counts its digits', 'a'.repeat(8), [length, checksum('sum8', 10)], '13aaaaaaaa108'],
  ['a length after it is zeros for it', 'aaa', [checksum('sum8', 4), length], '6aaa35'],
  ['digits overwrite', 'abcdef', [checksum('sum8', 3, { place: { kind: 'overwrite', offset: 3 } })], 'abc38f'],
  ['what its digits make room for is in range', 'abc', [checksum('CRC-32', 3), checksum('sum8', -13)], 'abc8915685780'],
])('a checksum: %s', (_name, text, fields, expected) => {
  expect(composed(text, fields)).toBe(expected)
})

test.each<[string, readonly ComputedField[], number]>([
  [
    'fields of a known width',
    Array.from({ length: maximumComputedFields }, () => checksum('CRC-32', -9, { encoding: hex })),
    1,
  ],
  ['digits as they come', Array.from({ length: 7 }, () => checksum('sum8', 40)), 2],
  ['digits that change what they count', [length, ...Array.from({ length: 2 }, () => checksum('CRC-32', null))], 3],
])('%s: every checksum is computed a few times at most', (_name, fields, most) => {
  const names = ['CRC-32', 'sum8']
  const spies = names.map((name) => vi.spyOn(findChecksum(name) ?? { compute: () => 0 }, 'compute'))
  expect(composed('x'.repeat(1000), fields)).toBeTypeOf('string')
  const calls = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  const checksums = fields.filter(({ value }) => value.kind === 'checksum').length
  expect(calls).toBeGreaterThanOrEqual(checksums)
  expect(calls).toBeLessThanOrEqual(most * checksums)
})

test('too many digits without a width are refused', () => {
  expect(
    composed(
      'x',
      Array.from({ length: 3 }, () => checksum('CRC-32', 1)),
    ),
  ).toMatchObject(['computed-malformed', { field: 1 }])
})
