import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFrame } from './frame-codec.ts'
import { formatFramingSpec, parseFramingSpec } from './framing-spec.ts'
import { guessFramings } from './guess-framing.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const best = (bytes: Uint8Array): string => {
  const [guess] = guessFramings(bytes)
  return guess === undefined ? 'none' : formatFramingSpec(guess.settings)
}
/** Payloads that hold every kind of byte, of different lengths. */
const binaryPayloads = Array.from({ length: 12 }, (_, turn) =>
  Uint8Array.from({ length: 20 + turn * 3 }, (_, index) => (index * 37 + turn * 11 + (index % 3)) & 0xff),
)
const stream = (spec: string, payloads: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(payloads.map((payload) => encodeFrame(parseFramingSpec(spec), payload))))

test.each([
  ['crlf', utf8('220 ready\r\nEHLO x\r\n250 ok\r\n')],
  ['lf', utf8('temp=21.5\ntemp=21.6\ntemp=')],
  ['json-lines', utf8('{"a":1}\n{"a":2}\n')],
  ['m2', utf8('{"id":"ack","sequence_id":1}\r\n{"id":"success","sequence_id":1}\r\n')],
  ['json', utf8('{"a":1}{"a":2}\n{"a":\n3}')],
  ['content-length', utf8('Content-Length: 8\r\n\r\n{"id":1}content-length: 2\r\nContent-Type: x\r\n\r\n{}Con')],
  ['tcpy', Uint8Array.from([0, 0, 0, 1, 0xc0, 0, 0, 0, 3, 0x92, 1, 2])],
  ['delimiter:00', utf8('one\0two\0three\0')],
  ['markers:02,03', utf8('\u0002one\u0003\u0002two\u0003')],
  ['none', new Uint8Array()],
  ['none', utf8('no end in sight')],
])('%s is found', (spec, bytes) => {
  expect(best(bytes)).toBe(spec)
})

test.each(['length:u32be', 'length:u32le', 'length:u16be', 'length:u16le', 'length:u64be', 'slip', 'cobs'])(
  '%s is found in binary messages',
  (spec) => {
    expect(best(stream(spec, binaryPayloads))).toBe(spec)
  },
)

test.each(['length:u32be,counts=frame', 'length:u16be,before=2', 'length:u8'])('%s is among the offers', (spec) => {
  const offers = guessFramings(stream(spec, binaryPayloads)).map(({ settings }) => formatFramingSpec(settings))
  expect(offers).toContain(spec)
})

test('a stream that is cut off in mid-message is recognised all the same', () => {
  const whole = stream('length:u32be', binaryPayloads)
  expect(best(whole.subarray(0, whole.length - 5))).toBe('length:u32be')
})

test('each offer says why', () => {
  expect(guessFramings(utf8('a\r\nb\r\n'))).toEqual([
    { settings: parseFramingSpec('crlf'), confidence: 0.9, reason: 'All 2 lines end with CR LF.' },
    { settings: parseFramingSpec('lf'), confidence: 0.4, reason: 'Lines end with LF, after a CR.' },
  ])
  expect(guessFramings(utf8('{"id":"a"}\r\n')).map(({ reason }) => reason)).toEqual([
    'The line is a JSON object with an "id" and ends with CR LF.',
    'The line is JSON.',
    'The line ends with CR LF.',
    'It is one JSON document.',
    'Lines end with LF, after a CR.',
  ])
})

test('any bytes give ordered offers or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const confidences = guessFramings(bytes).map(({ confidence }) => confidence)
      expect(confidences).toEqual([...confidences].sort((left, right) => right - left))
      expect(confidences.every((confidence) => confidence >= 0.3 && confidence <= 1)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
