import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { framingSettings, lengthFieldType, type FramingSettings } from '../../contract/schemas/framing.ts'
import { formatFramingSpec, parseFramingSpec } from './framing-spec.ts'

test.each<[string, object]>([
  ['raw', { kind: 'raw' }],
  ['lf', { kind: 'lf', maximumFrameBytes: 1_048_576 }],
  ['crlf,max=10', { kind: 'crlf', maximumFrameBytes: 10 }],
  ['delimiter:0D0A', { kind: 'delimiter', delimiterHex: '0d0a', keepDelimiter: false, maximumFrameBytes: 1_048_576 }],
  ['delimiter:03,keep', { kind: 'delimiter', delimiterHex: '03', keepDelimiter: true, maximumFrameBytes: 1_048_576 }],
  ['fixed:12', { kind: 'fixed', frameBytes: 12 }],
  ['m2', { kind: 'm2', maximumFrameBytes: 65_536 }],
  ['tcpy', { kind: 'tcpy', maximumFrameBytes: 67_108_864 }],
  ['content-length', { kind: 'content-length', maximumFrameBytes: 67_108_864 }],
  ['content-length,max=9', { kind: 'content-length', maximumFrameBytes: 9 }],
  ['idle:2.5', { kind: 'idle-gap', idleGapMs: 2.5, maximumFrameBytes: 1_048_576 }],
  [
    'length:u32be+4,max=100',
    {
      kind: 'length-prefix',
      field: 'u32be',
      bytesBeforeField: 0,
      bytesAfterField: 0,
      valueCounts: 'content',
      addedBytes: 4,
      maximumFrameBytes: 100,
    },
  ],
  [
    'length:u16le-2,before=1,after=3,counts=frame',
    {
      kind: 'length-prefix',
      field: 'u16le',
      bytesBeforeField: 1,
      bytesAfterField: 3,
      valueCounts: 'frame',
      addedBytes: -2,
      maximumFrameBytes: 67_108_864,
    },
  ],
  [
    'markers:7e,7e,escape=7d,xor=20',
    { kind: 'markers', startHex: '7e', endHex: '7e', escape: { byte: 0x7d, xor: 0x20 }, maximumFrameBytes: 1_048_576 },
  ],
])('%s', (spec, settings) => {
  expect(parseFramingSpec(spec)).toEqual(settings)
})

test.each([
  [
    '',
    'Use one of raw, lf, crlf, slip, cobs, json, json-lines, msgpack, content-length, tcpy, m2, delimiter:HEX, fixed:N, length:FIELD, markers:HEX,HEX, idle:MS.',
  ],
  [
    'lines',
    'Use one of raw, lf, crlf, slip, cobs, json, json-lines, msgpack, content-length, tcpy, m2, delimiter:HEX, fixed:N, length:FIELD, markers:HEX,HEX, idle:MS.',
  ],
  ['lf:3', '"3" is one argument too many.'],
  ['delimiter', 'Give the delimiter, for example delimiter:0d0a.'],
  [
    'delimiter:0',
    'The hex is malformed at character 1: the single digit "0". A byte needs two hex digits: write 00, or add the missing digit.',
  ],
  [`delimiter:${'00'.repeat(65)}`, 'At most 64 bytes are allowed.'],
  ['fixed:', 'Give the size as a whole number.'],
  ['fixed:0', 'The size must be at least 1.'],
  ['fixed:3,max=4', 'fixed has no option "max".'],
  [
    'length:u24be',
    'Give the length field as one of u8, u16be, u16le, u32be, u32le, u64be, u64le, varint, for example length:u32be.',
  ],
  ['length:u8,max=0', 'The maximum must be at least 1 byte.'],
  ['length:u8,max=x', 'Give max as a whole number.'],
  ['length:u8,counts=bytes', 'counts is content or frame.'],
  ['length:u8,foo=1', 'length has no option "foo".'],
  ['length:u8+99999', 'The number of added bytes can be at most 65536.'],
  ['markers:02', 'Give the end marker, for example markers:02,03.'],
  ['markers:02,03,xor=20', 'xor needs escape=HH.'],
  ['markers:02,03,escape=1', 'Give escape as two hex digits.'],
  ['markers:0210,03,escape=10', 'A marker can hold the escape byte only as the first of exactly two bytes.'],
  ['idle:fast', 'Give the gap in milliseconds, for example idle:20.'],
  ['idle:0', 'The idle gap must be at least 0.001 ms.'],
])('"%s" is refused', (spec, reason) => {
  expect(() => parseFramingSpec(spec)).toThrow(new WirebenchError('framing-malformed', { framing: spec, reason }))
})

const maximum = { maximumFrameBytes: fc.integer({ min: 1, max: 2 ** 30 }) }
const hex = (most: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: 1, maxLength: most }).map((bytes) => Buffer.from(bytes).toString('hex'))
const anySettings: fc.Arbitrary<FramingSettings> = fc.oneof(
  fc.record({ kind: fc.constant('raw' as const) }),
  fc.record({
    kind: fc.constantFrom('lf', 'crlf', 'slip', 'cobs', 'json', 'json-lines', 'msgpack', 'tcpy', 'm2'),
    ...maximum,
  }),
  fc.record({
    kind: fc.constant('delimiter' as const),
    delimiterHex: hex(64),
    keepDelimiter: fc.boolean(),
    ...maximum,
  }),
  fc.record({ kind: fc.constant('fixed' as const), frameBytes: fc.integer({ min: 1, max: 2 ** 30 }) }),
  fc.record({
    kind: fc.constant('length-prefix' as const),
    field: fc.constantFrom(...lengthFieldType.options),
    bytesBeforeField: fc.nat(64),
    bytesAfterField: fc.nat(64),
    valueCounts: fc.constantFrom('content' as const, 'frame' as const),
    addedBytes: fc.integer({ min: -1024, max: 65_536 }),
    ...maximum,
  }),
  fc
    .record({
      kind: fc.constant('markers' as const),
      startHex: hex(16),
      endHex: hex(16),
      escape: fc.option(fc.record({ byte: fc.nat(255), xor: fc.nat(255) })),
      ...maximum,
    })
    .filter((settings) => v.is(framingSettings, settings)),
  fc.record({
    kind: fc.constant('idle-gap' as const),
    idleGapMs: fc.double({ min: 0.001, max: 3_600_000, noNaN: true }),
    ...maximum,
  }),
)

test('every framing has a spec that gives it back', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      expect(v.parse(framingSettings, settings)).toEqual(settings)
      expect(parseFramingSpec(formatFramingSpec(settings))).toEqual(settings)
    }),
    { numRuns: 2000 },
  )
})

test('any text is a framing or refused with its code', () => {
  const words = [
    'raw',
    'lf',
    'length:',
    'u8',
    'markers:',
    'delimiter:',
    ',',
    '=',
    'max',
    '+',
    '1',
    '0d',
    'keep',
    'idle:',
    ' ',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 8 }), (parts) => {
      try {
        expect(v.is(framingSettings, parseFramingSpec(parts.join('')))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(WirebenchError)
      }
    }),
    { numRuns: 10_000 },
  )
})
