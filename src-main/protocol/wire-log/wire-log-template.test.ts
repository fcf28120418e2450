import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { wireLogSettings } from '../../contract/schemas/wire-log.ts'
import { parseWireLogTemplate, remotePairText, wireLogRecordBytes, type WireLogRecord } from './wire-log-template.ts'

const utf8 = new TextEncoder()
const usual = v.parse(wireLogSettings, {}).template

function write(template: string, record: WireLogRecord): string {
  const parsed = parseWireLogTemplate(template)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return new TextDecoder().decode(wireLogRecordBytes(parsed.template, record))
}

const record = (who: string, data: string, dx: 'Rx' | 'Tx' = 'Rx'): WireLogRecord => ({
  dx,
  who,
  data: utf8.encode(data),
})

test('the vector of hio: records of bob and eve', () => {
  const log = [record('bob', 'ABCDEFG'), record('eve', 'ZYXWVU')].map((one) => write(usual, one)).join('')
  expect(log).toBe('\nRx bob:\nABCDEFG\n\nRx eve:\nZYXWVU\n')
})

test('the remote end is the pair of Python', () => {
  const pairs = ['127.0.0.1', '::1', '::ffff:10.0.0.1', 'fe80::1%2', 'fe80::1%eth0'].map((address) =>
    remotePairText({ address, port: 41_320 }),
  )
  expect(pairs).toEqual([
    "('127.0.0.1', 41320)",
    "('::1', 41320, 0, 0)",
    "('::ffff:10.0.0.1', 41320, 0, 0)",
    "('fe80::1', 41320, 0, 2)",
    "('fe80::1', 41320, 0, 0)",
  ])
})

test.each([
  ['%(data)b', 'AB'],
  ['%(dx)s %(who)s|%(data)s%(data)b', 'Tx bob|ABAB'],
  ['100%% \\x41\\t\\u00e9é%%(data)b', '100% A\téé%(data)b'],
  ['no keys', 'no keys'],
])('%j gives %j', (template, expected) => {
  expect(write(template, record('bob', 'AB', 'Tx'))).toBe(expected)
})

test.each([
  ['ab%', 3, '"%" at the end'],
  ['%d', 1, '"%" before "d"'],
  ['x%(data)d', 2, '"%" before "("'],
  ['%(dx)b %(when)b', 8, '"%(when)b"'],
  ['%(dx)b \\q', 8, 'a backslash and "q"'],
  ['%(constructor)b', 1, '"%(constructor)b"'],
  ['%(toString)b', 1, '"%(toString)b"'],
])('%j is malformed at %d: %s', (template, position, found) => {
  const parsed = parseWireLogTemplate(template)
  expect(parsed.ok ? null : [parsed.error.code, parsed.error.data.position, parsed.error.data.found]).toEqual([
    'wire-log-template-malformed',
    position,
    found,
  ])
})

test('any bytes go in as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (data) => {
      const parsed = parseWireLogTemplate('%(data)b')
      expect(parsed.ok && wireLogRecordBytes(parsed.template, { dx: 'Rx', who: '', data })).toEqual(data)
    }),
  )
})
