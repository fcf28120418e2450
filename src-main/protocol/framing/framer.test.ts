import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { framingSettings, type FramingSettings, type FramingSettingsInput } from '../../contract/schemas/framing.ts'
import type { Frame } from './frame.ts'
import { FrameBatch } from './frame-batch.ts'
import type { FramerState } from './frame-scanner.ts'
import { createFramer } from './framer.ts'

const settingsOf = (input: FramingSettingsInput): FramingSettings => v.parse(framingSettings, input)
const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0))

/** Settings with small maxima, so that limits are met, and pieces of which likely streams are made. */
interface Case {
  readonly name: string
  readonly settings: FramingSettings
  readonly pieces: readonly (readonly number[])[]
  /** Most bytes that may wait for the end of a message. */
  readonly mostCarried: number
}

const bracketPieces = [
  ascii('{"a":1}'),
  ascii('[1,"}"]'),
  ascii('"x\\"y"'),
  ascii('12'),
  ascii('true'),
  ascii('{'),
  ascii('}'),
]
const headers = [[0], [1, 7], [0, 0, 0, 1, 9], [1, 0, 0, 0, 9], [0, 3, 1, 2, 3], [3, 0, 1, 2, 3], [0xff], [0x81, 0x01]]
const lengthCase = (name: string, input: Omit<FramingSettingsInput & { kind: 'length-prefix' }, 'kind'>): Case => ({
  name,
  settings: settingsOf({ kind: 'length-prefix', maximumFrameBytes: 9, ...input }),
  pieces: headers,
  mostCarried: 65_536 + 80,
})

const cases: readonly Case[] = [
  {
    name: 'lf',
    settings: settingsOf({ kind: 'lf', maximumFrameBytes: 5 }),
    pieces: [[0x0a], [0x0d], [0x61], ascii('hello\n'), ascii('hello!\n')],
    mostCarried: 5,
  },
  {
    name: 'crlf',
    settings: settingsOf({ kind: 'crlf', maximumFrameBytes: 5 }),
    pieces: [[0x0a], [0x0d], [0x61], ascii('hello\r\n'), ascii('hello!\r\n')],
    mostCarried: 6,
  },
  {
    name: 'delimiter that overlaps itself',
    settings: settingsOf({ kind: 'delimiter', delimiterHex: '616162', keepDelimiter: true, maximumFrameBytes: 4 }),
    pieces: [[0x61], [0x61, 0x61], [0x62], [0x61, 0x61, 0x62], [0x63]],
    mostCarried: 6,
  },
  {
    name: 'json-lines',
    settings: settingsOf({ kind: 'json-lines', maximumFrameBytes: 5 }),
    pieces: [[0x0a], [0x0d], [0x61], ascii('{"a"}\r\n'), ascii('{"a":}\r\n')],
    mostCarried: 6,
  },
  {
    name: 'm2',
    settings: settingsOf({ kind: 'm2', maximumFrameBytes: 8 }),
    pieces: [ascii('{"id":1}\r\n'), [0x0d], [0x0a], [0x7b]],
    mostCarried: 9,
  },
  { name: 'fixed', settings: settingsOf({ kind: 'fixed', frameBytes: 3 }), pieces: [[1]], mostCarried: 2 },
  lengthCase('length u8', { field: 'u8' }),
  lengthCase('length u16be', { field: 'u16be' }),
  lengthCase('length u16le counting the frame', { field: 'u16le', valueCounts: 'frame' }),
  lengthCase('length u32be', { field: 'u32be' }),
  lengthCase('length u32le behind a header', { field: 'u32le', bytesBeforeField: 1, bytesAfterField: 2 }),
  lengthCase('length u64be', { field: 'u64be' }),
  lengthCase('length u64le', { field: 'u64le' }),
  lengthCase('length varint', { field: 'varint' }),
  lengthCase('length varint in a header', {
    field: 'varint',
    bytesBeforeField: 1,
    bytesAfterField: 2,
    valueCounts: 'frame',
    addedBytes: 1,
  }),
  {
    name: 'content-length',
    settings: settingsOf({ kind: 'content-length', maximumFrameBytes: 12 }),
    pieces: [
      ...['Content-Length: 3\r\n\r\nabc', 'content-LENGTH:2 \r\nA: b\r\n\r\n{}', 'Content-Length: 0\r\n\r\n'],
      ...['Content-Length: 13\r\n\r\n', 'Content-Length:', ' 1', '\r\n', '\r\n\r\n', 'x', 'cconTent-', 'Type: y\r\n'],
    ].map(ascii),
    mostCarried: 65_536 + 15,
  },
  { name: 'tcpy', settings: settingsOf({ kind: 'tcpy', maximumFrameBytes: 9 }), pieces: headers, mostCarried: 65_620 },
  {
    name: 'markers without escape',
    settings: settingsOf({ kind: 'markers', startHex: '0202', endHex: '0303', maximumFrameBytes: 4 }),
    pieces: [[2], [3], [1], [2, 2], [3, 3]],
    mostCarried: 10,
  },
  {
    name: 'markers with escape',
    settings: settingsOf({
      kind: 'markers',
      startHex: '02',
      endHex: '03',
      escape: { byte: 0x1b },
      maximumFrameBytes: 4,
    }),
    pieces: [[2], [3], [1], [0x1b]],
    mostCarried: 10,
  },
  {
    name: 'markers DLE',
    settings: settingsOf({
      kind: 'markers',
      startHex: '1002',
      endHex: '1003',
      escape: { byte: 0x10 },
      maximumFrameBytes: 4,
    }),
    pieces: [[0x10, 2], [0x10, 3], [0x10, 0x10], [0x10], [2], [3], [1]],
    mostCarried: 10,
  },
  {
    name: 'markers HDLC',
    settings: settingsOf({
      kind: 'markers',
      startHex: '7e',
      endHex: '7e',
      escape: { byte: 0x7d, xor: 0x20 },
      maximumFrameBytes: 4,
    }),
    pieces: [[0x7e], [0x7d], [0x7d, 0x5e], [1]],
    mostCarried: 12,
  },
  {
    name: 'slip',
    settings: settingsOf({ kind: 'slip', maximumFrameBytes: 4 }),
    pieces: [[0xc0], [0xdb], [0xdb, 0xdc], [0xdb, 0xdd], [1]],
    mostCarried: 9,
  },
  {
    name: 'cobs',
    settings: settingsOf({ kind: 'cobs', maximumFrameBytes: 6 }),
    pieces: [[0], [1], [2, 9], [3, 9, 9], [0xff]],
    mostCarried: 13,
  },
  {
    name: 'json',
    settings: settingsOf({ kind: 'json', maximumFrameBytes: 8 }),
    pieces: [...bracketPieces, [0x20], [0x0a], [0x2c], [0x22], [0x5c], [0x78]],
    mostCarried: 17,
  },
  {
    name: 'msgpack',
    settings: settingsOf({ kind: 'msgpack', maximumFrameBytes: 12 }),
    pieces: [
      [0x01],
      [0x82],
      [0x93],
      [0xa2, 1, 2],
      [0xc1],
      [0xc4, 3],
      [0xc7, 1],
      [0xd9, 2],
      [0xdc, 0, 2],
      [0xde, 0, 1],
      [0xd8],
    ],
    mostCarried: 12,
  },
  {
    name: 'idle-gap',
    settings: settingsOf({ kind: 'idle-gap', idleGapMs: 0.001, maximumFrameBytes: 5 }),
    pieces: [[1], [2, 2]],
    mostCarried: 5,
  },
]

/** Bytes that came together. */
interface Arrival {
  readonly bytes: Uint8Array
  readonly timeNs: number
}

/** Mostly likely pieces, now and then any byte; made of plain bytes, since an arbitrary for each piece takes ten times as long. */
const streamOf = (pieces: Case['pieces'], maxLength = 10): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ maxLength }).map((choices) => {
    const bytes: number[] = []
    for (const choice of choices) {
      if (choice >= 224) bytes.push((choice * 167 + bytes.length) & 0xff)
      else bytes.push(...(pieces[choice % pieces.length] ?? []))
    }
    return Uint8Array.from(bytes)
  })

/** Seven bytes at a time, 2.8 us apart, so that idle gaps occur. */
const arrivalsOf = (stream: Uint8Array): readonly Arrival[] => {
  const arrivals: Arrival[] = []
  for (let start = 0; start < stream.length; start += 7) {
    arrivals.push({ bytes: stream.subarray(start, start + 7), timeNs: start * 400 })
  }
  return arrivals
}

/** Every arrival cut again, at the same time. */
const cut = (arrivals: readonly Arrival[], sizes: readonly number[]): readonly Arrival[] => {
  let turn = 0
  return arrivals.flatMap(({ bytes, timeNs }) => {
    const parts: Arrival[] = []
    for (let start = 0; start < bytes.length || parts.length === 0;) {
      const size = sizes[turn++ % sizes.length] ?? 1
      parts.push({ bytes: bytes.subarray(start, start + size), timeNs })
      start += size
    }
    return parts
  })
}

const framesOf = (settings: FramingSettings, arrivals: readonly Arrival[]): readonly Frame[] => {
  const framer = createFramer(settings)
  return [...arrivals.flatMap(({ bytes, timeNs }) => framer.acceptChunk(bytes, timeNs)), ...framer.end()]
}

/** A new framer from a serialised snapshot before every chunk. */
const framesWithSnapshots = (settings: FramingSettings, arrivals: readonly Arrival[]): readonly Frame[] => {
  let framer = createFramer(settings)
  const frames: Frame[] = []
  for (const { bytes, timeNs } of arrivals) {
    frames.push(...framer.acceptChunk(bytes, timeNs))
    framer = createFramer(settings, JSON.parse(JSON.stringify(framer.snapshot())) as FramerState)
  }
  return [...frames, ...framer.end()]
}

/** One to four bytes at a time. */
const sizesArbitrary = fc
  .uint8Array({ minLength: 1, maxLength: 5 })
  .map((choices) => Array.from(choices, (choice) => 1 + (choice % 4)))

/** As `toEqual`, without its cost. */
const same = (found: readonly Frame[], expected: readonly Frame[]): boolean =>
  found.length === expected.length &&
  found.every((frame, index) => {
    const other = expected[index]
    return (
      frame.start === other?.start &&
      frame.end === other.end &&
      frame.payloadStart === other.payloadStart &&
      frame.payloadEnd === other.payloadEnd &&
      frame.problem?.code === other.problem?.code &&
      frame.problem?.sentence === other.problem?.sentence
    )
  })

describe.each(cases)('$name', ({ settings, pieces, mostCarried }) => {
  test('any split and any snapshot give the same frames; nothing crashes, hangs or grows', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(streamOf(pieces), sizesArbitrary, (stream, sizes) => {
        const whole = arrivalsOf(stream)
        const expected = framesOf(settings, settings.kind === 'idle-gap' ? whole : [{ bytes: stream, timeNs: 0 }])
        const pieces = cut(whole, sizes)
        const found = framesOf(settings, pieces)
        if (!same(found, expected)) expect(found).toEqual(expected)
        const resumed = framesWithSnapshots(settings, pieces)
        if (!same(resumed, expected)) expect(resumed).toEqual(expected)
        checkShape(expected, stream.length)
      }),
      { numRuns: 10_000 },
    )
  })

  test('what waits for its end is bounded', () => {
    fc.assert(
      fc.property(streamOf(pieces, 24), fc.constantFrom(...pieces), (stream, piece) => {
        const framer = createFramer(settings)
        const batch = new FrameBatch()
        framer.scanInto(stream, 0, batch)
        const repeated = Uint8Array.from(Array.from({ length: 64 }, () => piece).flat())
        for (let turn = 0; turn < 4; turn++) {
          framer.scanInto(repeated, 0, batch)
          expect(framer.carriedBytes).toBeLessThanOrEqual(mostCarried)
          expect(framer.snapshot().registers.length).toBeLessThan(200)
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** Frames follow each other without gaps, hold their payload, and no message without problem is empty of bytes. */
function checkShape(frames: readonly Frame[], streamLength: number): void {
  let position = 0
  for (const { start, end, payloadStart, payloadEnd } of frames) {
    if (start !== position || end <= start || payloadStart < start || payloadEnd > end || payloadEnd < payloadStart) {
      expect({ start, end, payloadStart, payloadEnd }).toEqual(`a frame from ${position} on`)
    }
    position = end
  }
  if (position > streamLength) expect(position).toBeLessThanOrEqual(streamLength)
}

test('raw: every chunk is a message', () => {
  const framer = createFramer(settingsOf({ kind: 'raw' }))
  const spans = [[1, 2], [], [3]].flatMap((chunk) => framer.acceptChunk(Uint8Array.from(chunk), 0))
  expect([spans.map(({ start, end }) => [start, end]), framer.end(), framer.carriedBytes]).toEqual([
    [
      [0, 2],
      [2, 3],
    ],
    [],
    0,
  ])
})

test('a state of another framing is refused', () => {
  const state = createFramer(settingsOf({ kind: 'slip' })).snapshot()
  expect(() => createFramer(settingsOf({ kind: 'lf' }), state)).toThrow(TypeError)
})

test('a batch may be filled by several chunks and grows as needed', () => {
  const framer = createFramer(settingsOf({ kind: 'lf' }))
  const batch = new FrameBatch()
  const lines = new Uint8Array(1000).fill(0x0a)
  framer.scanInto(lines, 0, batch)
  framer.scanInto(lines, 0, batch)
  expect([batch.count, batch.startOf(0), batch.startOf(1999), batch.ends[1999]]).toEqual([2000, 0, 1999, 2000])
})

test('lines agree with splitting the whole text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', '\n', '\r', '\r\n')), sizesArbitrary, (parts, sizes) => {
      const text = `${parts.join('')}\r\n`
      for (const [kind, delimiter] of [
        ['lf', '\n'],
        ['crlf', '\r\n'],
      ] as const) {
        const frames = framesOf(settingsOf({ kind }), cut(arrivalsOf(Uint8Array.from(ascii(text))), sizes))
        const found = frames.filter(({ problem }) => problem === null)
        expect(found.map((frame) => text.slice(frame.payloadStart, frame.payloadEnd))).toEqual(
          text.split(delimiter).slice(0, -1),
        )
      }
    }),
  )
})

test('length prefixes agree with what was framed', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), sizesArbitrary, (payloads, sizes) => {
      const stream = Buffer.concat(
        payloads.flatMap((payload) => {
          const prefix = Buffer.alloc(4)
          prefix.writeUInt32BE(payload.length)
          return [prefix, payload]
        }),
      )
      const frames = framesOf(settingsOf({ kind: 'tcpy' }), cut(arrivalsOf(Uint8Array.from(stream)), sizes))
      expect(frames.map((frame) => Uint8Array.from(stream.subarray(frame.payloadStart, frame.payloadEnd)))).toEqual(
        payloads,
      )
    }),
  )
})
