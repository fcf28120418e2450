import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { formatHex, parseHex } from '../hex/parse-hex.ts'
import { decodeCobs, encodeCobs } from './cobs.ts'
import { decodeFramePayload, encodeFrame, type FrameHeaderBytes } from './frame-codec.ts'
import { createFramer } from './framer.ts'
import { parseFramingSpec } from './framing-spec.ts'
import { decodeSlip, encodeSlip } from './slip.ts'

const bytesOf = (hex: string): Uint8Array => {
  const parsed = parseHex(hex)
  if (!parsed.ok) throw new TypeError(parsed.error.message)
  return parsed.bytes
}
const encode = (spec: string, payload: string, header?: FrameHeaderBytes): string => {
  try {
    return formatHex(encodeFrame(parseFramingSpec(spec), bytesOf(payload), header))
  } catch (error) {
    if (error instanceof WirebenchError) return `${error.code}: ${String(error.data.reason)}`
    throw error
  }
}

test.each([
  ['raw', '', ''],
  ['idle:5', '01', '01'],
  ['lf', '41', '41 0a'],
  ['crlf', '41 0a', '41 0a 0d 0a'],
  ['m2', '7b 7d', '7b 7d 0d 0a'],
  ['json-lines', '7b 7d', '7b 7d 0a'],
  ['delimiter:00', '41', '41 00'],
  ['delimiter:00,keep', '41', '41 00'],
  ['delimiter:00,keep', '41 00', '41 00'],
  ['fixed:2', '41 42', '41 42'],
  ['tcpy', 'c0', '00 00 00 01 c0'],
  ['content-length', '7b 7d', '43 6f 6e 74 65 6e 74 2d 4c 65 6e 67 74 68 3a 20 32 0d 0a 0d 0a 7b 7d'],
  ['content-length', '', '43 6f 6e 74 65 6e 74 2d 4c 65 6e 67 74 68 3a 20 30 0d 0a 0d 0a'],
  ['length:u8', '', '00'],
  ['length:u16le', '41', '01 00 41'],
  ['length:u64be', '41', '00 00 00 00 00 00 00 01 41'],
  ['length:varint', '41', '01 41'],
  ['length:u8+2', '41 c1 c2', '01 41 c1 c2'],
  ['length:u16be,counts=frame', '41', '00 03 41'],
  ['length:varint,counts=frame', '41', '02 41'],
  ['length:u8,before=1,after=2', '41', '00 01 00 00 41'],
  ['markers:02,03', '41', '02 41 03'],
  ['markers:02,03,escape=1b', '03 1b', '02 1b 03 1b 1b 03'],
  ['markers:1002,1003,escape=10', '10 03', '10 02 10 10 03 10 03'],
  ['markers:7e,7e,escape=7d,xor=20', '7e 7d 41', '7e 7d 5e 7d 5d 41 7e'],
  ['slip', 'c0 db 41', 'c0 db dc db dd 41 c0'],
  ['cobs', '11 00', '02 11 01 00'],
  ['json', '7b 7d', '7b 7d'],
  ['json', '31 32', '31 32 0a'],
  ['msgpack', '92 01 02', '92 01 02'],
])('%s carries "%s" as "%s"', (spec, payload, frame) => {
  expect(encode(spec, payload)).toBe(frame)
})

test('header bytes beside the length field', () => {
  const header = { beforeField: Uint8Array.of(7), afterField: Uint8Array.of(8, 9) }
  expect([
    encode('length:u8,before=1,after=2', '41', header),
    encode('length:u8,before=2,after=2', '41', header),
  ]).toEqual(['07 01 08 09 41', 'payload-not-frameable: The header has 2 bytes before the length field, not 1.'])
})

const several = 'payload-not-frameable: It holds the end of a message: the peer would read several.'
test.each([
  ['lf', '41 0a 42', several],
  ['crlf', '41 0d 0a', several],
  ['delimiter:00', '00', several],
  ['fixed:2', '41', 'payload-not-frameable: The stream ended in the middle of the message: 1 bytes are missing.'],
  ['fixed:1', '41 42', several],
  ['length:u8', '41'.repeat(256), 'payload-not-frameable: Its length, 256, does not fit into u8.'],
  ['length:u8+2', '41', 'payload-not-frameable: Its length, -1, does not fit into u8.'],
  [
    'length:u8,max=1',
    '41 42',
    'payload-not-frameable: The length field says 2, which does not fit: the maximum is 1 bytes. These bytes were skipped up to the next place where a length fits.',
  ],
  ['markers:02,03', '03 41', several],
  ['slip', '', 'payload-not-frameable: An empty message cannot be told from none.'],
  ['json', '7b', 'payload-not-frameable: The stream ended before the message did.'],
  ['json', '31 20 32', several],
  ['json-lines', '7b 7d 0d', 'payload-not-frameable: The peer would read something else.'],
  ['msgpack', '01 02', several],
  ['msgpack', 'c1', 'payload-not-frameable: The byte c1 cannot occur in MessagePack. Reading begins anew after it.'],
])('%s refuses "%s"', (spec, payload, message) => {
  expect(encode(spec, payload)).toBe(message)
})

test('a varint that counts itself, at the values where its width changes', () => {
  const settings = parseFramingSpec('length:varint,counts=frame,before=1')
  for (const length of [0, 1, 124, 125, 126, 127, 128, 16_379, 16_380, 16_381, 16_382]) {
    const frame = encodeFrame(settings, new Uint8Array(length))
    const frames = createFramer(settings).acceptChunk(frame, 0)
    expect(frames.map(({ end, payloadStart, payloadEnd }) => [end, payloadEnd - payloadStart])).toEqual([
      [frame.length, length],
    ])
  }
})

const anyPayload = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc
    .array(fc.constantFrom(0, 1, 2, 3, 0x10, 0x1b, 0x7d, 0x7e, 0xc0, 0xdb, 0xdc, 0xdd, 0xff), { maxLength: 40 })
    .map((bytes) => Uint8Array.from(bytes)),
  fc.integer({ min: 250, max: 520 }).map((length) => new Uint8Array(length).fill(7)),
)

const transparentSpecs = [
  'slip',
  'cobs',
  'tcpy',
  'length:u16le',
  'length:varint',
  'length:u32be,counts=frame,before=3,after=1',
  'length:varint,counts=frame',
  'markers:02,03,escape=1b',
  'markers:1002,1003,escape=10',
  'markers:7e,7d02,escape=1b,xor=40',
]

test.each(transparentSpecs)('%s: every message comes back as it was, also when many follow each other', (spec) => {
  const settings = parseFramingSpec(spec)
  fc.assert(
    fc.property(fc.array(anyPayload, { minLength: 1, maxLength: 3 }), (payloads) => {
      const sent = spec === 'slip' ? payloads.filter((payload) => payload.length > 0) : payloads
      const stream = Uint8Array.from(Buffer.concat(sent.map((payload) => encodeFrame(settings, payload))))
      const framer = createFramer(settings)
      const frames = [...framer.acceptChunk(stream, 0), ...framer.end()]
      const found = frames.map((frame) =>
        decodeFramePayload(settings, stream.subarray(frame.payloadStart, frame.payloadEnd)),
      )
      expect(found.map((bytes) => bytes && formatHex(bytes))).toEqual(sent.map((bytes) => formatHex(bytes)))
    }),
    { numRuns: 1000 },
  )
})

test('SLIP and COBS: decode(encode(x)) = x', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(anyPayload, (payload) => {
      expect(decodeSlip(encodeSlip(payload))).toEqual(payload)
      const stuffed = encodeCobs(payload)
      expect(stuffed.indexOf(0)).toBe(stuffed.length - 1)
      expect(decodeCobs(stuffed)).toEqual(payload)
    }),
    { numRuns: 10_000 },
  )
})

test('COBS: the published examples around a full block', () => {
  const count = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => (from + i) & 0xff)
  const stuffed = (...bytes: number[]): number[] => [...encodeCobs(Uint8Array.from(bytes))]
  expect([
    stuffed(),
    stuffed(0),
    stuffed(0, 0),
    stuffed(0, 0x11, 0),
    stuffed(0x11, 0x22, 0, 0x33),
    stuffed(...count(1, 254)),
    stuffed(0, ...count(1, 254)),
    stuffed(...count(1, 255)),
    stuffed(...count(2, 255), 0),
    stuffed(...count(3, 255), 0, 1),
  ]).toEqual([
    [1, 0],
    [1, 1, 0],
    [1, 1, 1, 0],
    [1, 2, 0x11, 1, 0],
    [3, 0x11, 0x22, 2, 0x33, 0],
    [0xff, ...count(1, 254), 0],
    [1, 0xff, ...count(1, 254), 0],
    [0xff, ...count(1, 254), 2, 0xff, 0],
    [0xff, ...count(2, 255), 1, 1, 0],
    [0xfe, ...count(3, 255), 2, 1, 0],
  ])
})
