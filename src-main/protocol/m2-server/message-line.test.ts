import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pythonNumber } from '../json/python-number.ts'
import { messageLine, writtenReal, writtenReals, writtenWhole } from './message-line.ts'

test('a message as Python writes it', () => {
  expect(messageLine('a')).toBe('{"id": "a"}\r\n')
  expect(messageLine('a', { x: writtenReals([1, 2.5]), n: writtenWhole(2n ** 64n) })).toBe(
    '{"id": "a", "x": [1.0, 2.5], "n": 18446744073709551616}\r\n',
  )
})

test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [-1.5, '-1.5'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [123_456_789_012_345_680, '1.2345678901234568e+17'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e+16'],
  [5e-324, '5e-324'],
])('the float %d', (value, expected) => {
  expect(writtenReal(value)).toBe(expected)
})

test('any float as by the writer of JSON', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(writtenReal(value)).toBe(Object.is(value, -0) ? '-0.0' : pythonNumber(value.toExponential()))
    }),
  )
})
