import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maximumLatestMessages, type LatestMessages } from '../contract/schemas/capture.ts'
import { rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import { encodeFrame } from '../protocol/framing/frame-codec.ts'
import { parseFramingSpec } from '../protocol/framing/framing-spec.ts'
import { CaptureStore } from './capture-store.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles } from './testing/memory-files.ts'
import { receive } from './testing/script.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const cutBy = (spec: string, messageIdPath = ''): Interpretation => ({
  sent: { framing: parseFramingSpec(spec), decoder: { kind: 'automatic' } },
  received: { framing: parseFramingSpec(spec), decoder: { kind: 'automatic' } },
  messageIdPath,
})

async function begin(interpretation: Interpretation) {
  const clock = new ManualClock()
  const sizes = { resumeSpacingBytes: 1024, blockBytes: 64 }
  const options = { folder: '/captures', clock, programVersion: '1', files: new MemoryFiles(), sizes }
  const store = await CaptureStore.open(options)
  const capture = await store.create({ name: 'latest', interpretation })
  return { store, capture, clock }
}

/** Asks until everything was looked through. */
async function readLatest(store: CaptureStore, captureId: string): Promise<LatestMessages> {
  for (;;) {
    const latest = await store.latest(captureId)
    if (latest.complete) return latest
  }
}

const short = ({ latest }: LatestMessages) =>
  latest.map(({ direction, messageId, count, row }) => [direction, messageId, count, row.number, row.streamOffset])

test('counts and newest message of each identifier, of both directions', async () => {
  const { store, capture } = await begin(cutBy('m2'))
  const sink = capture.sink(1)
  receive(sink, text('{"id": "tel_a", "x": 1}\r\n{"id": "tel'))
  capture.recordSent(1, text('{"x": 1, "id": "cmd_go", "sequence_id": 1}\r\n'))
  receive(sink, text('_b"}\r\n{"x": 2, "id": "tel_a"}\r\n[1]\r\nno json\r\n'))
  await capture.flush()
  const latest = await readLatest(store, capture.captureId)
  expect(short(latest)).toEqual([
    ['received', 'tel_a', 2, 2, 42],
    ['sent', 'cmd_go', 1, 0, 0],
    ['received', 'tel_b', 1, 1, 25],
    ['received', null, 2, 4, 72],
  ])
  expect(latest.messageCount).toBe(6)
  expect(latest.latest[0]?.row.preview).toEqual(text('{"x": 2, "id": "tel_a"}'))
  await store.close()
})

test('the rate is that of the last five seconds, and 0 once nothing came for so long', async () => {
  const { store, capture, clock } = await begin(cutBy('json-lines'))
  const sink = capture.sink(1)
  const { captureId } = capture
  const rateOf = async (messageId: string): Promise<number | undefined> => {
    await capture.flush()
    const { latest } = await readLatest(store, captureId)
    return latest.find((entry) => entry.messageId === messageId)?.ratePerSecond
  }
  expect((await readLatest(store, captureId)).messageRate).toEqual({ sent: null, received: null })
  for (let tick = 0; tick < 200; tick++) {
    receive(sink, text('{"id": "fast"}\n'))
    if (tick % 20 === 0) receive(sink, text('{"id": "slow"}\n'))
    clock.advance(50)
  }
  expect(await rateOf('fast')).toBeCloseTo(20, 0)
  expect(await rateOf('slow')).toBeCloseTo(1, 0)
  expect((await readLatest(store, captureId)).messageRate).toEqual({ sent: null, received: 21 })
  clock.advance(2500)
  // Of the last 4.5 to 5 s, half had messages.
  const rate = await rateOf('fast')
  expect([rate !== undefined && rate > 8, rate !== undefined && rate < 12]).toEqual([true, true])
  clock.advance(3000)
  expect(await rateOf('fast')).toBe(0)
  await store.close()
})

test('another interpretation begins anew, also one that names a path', async () => {
  const { store, capture } = await begin(rawInterpretation)
  receive(capture.sink(1), text('{"head": {"kind": "a"}, "id": 7}\n{"head": {"kind": "b"}, "id": 7}\n'))
  await capture.flush()
  const { captureId } = capture
  expect(short(await readLatest(store, captureId))).toEqual([['received', null, 1, 0, 0]])
  await store.setInterpretation(captureId, cutBy('lf'))
  expect(short(await readLatest(store, captureId))).toEqual([['received', '7', 2, 1, 33]])
  await store.setInterpretation(captureId, cutBy('lf', '$.head.kind'))
  expect(short(await readLatest(store, captureId))).toEqual([
    ['received', 'a', 1, 0, 0],
    ['received', 'b', 1, 1, 33],
  ])
  await store.setInterpretation(captureId, cutBy('lf', '$['))
  expect(short(await readLatest(store, captureId))).toEqual([['received', null, 2, 1, 33]])
  await store.close()
})

test('identifiers without room are counted together', async () => {
  const { store, capture } = await begin(cutBy('json-lines'))
  const lines = Array.from({ length: maximumLatestMessages + 5 }, (_, id) => `{"id":${id}}\n`)
  receive(capture.sink(1), text(lines.join('')))
  await capture.close()
  const latest = await readLatest(store, capture.captureId)
  expect([latest.latest.length, latest.otherCount, latest.messageCount]).toEqual([
    maximumLatestMessages,
    5,
    maximumLatestMessages + 5,
  ])
  await store.close()
})

test('however chunks and connections interleave, every message is identified', async () => {
  const id = fc.constantFrom('alpha', 'beta', 'c')
  const connections = fc.array(fc.array(id, { maxLength: 12 }), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(
      connections,
      fc.constantFrom('lf', 'tcpy', 'slip', 'cobs', 'idle:2', 'raw'),
      fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 20 }),
      async (ids, spec, turns) => {
        const interpretation = {
          ...cutBy(spec),
          received: { ...cutBy(spec).received, decoder: { kind: 'json' as const } },
        }
        const { store, capture, clock } = await begin(interpretation)
        const isByTime = spec === 'idle:2' || spec === 'raw'
        const streams = ids.map((names) => names.map((name) => framed(spec, text(`{"x":1,"id":"${name}"}`))))
        const expected = new Map<string, number>()
        for (const name of ids.flat()) expected.set(name, (expected.get(name) ?? 0) + 1)
        const rests = streams.map((parts, at) => {
          return { connection: at + 1, parts: isByTime ? parts : [new Uint8Array(Buffer.concat(parts))] }
        })
        for (let turn = 0; ; turn++) {
          const waiting = rests.filter(({ parts }) => parts.length > 0)
          const [index, size] = turns[turn % turns.length] ?? [0, 1]
          const next = waiting[index % Math.max(1, waiting.length)]
          if (next === undefined) break
          const part = next.parts.shift() ?? new Uint8Array(0)
          const end = isByTime ? part.length : size
          receive(capture.sink(next.connection), part.subarray(0, end))
          if (end < part.length) next.parts.unshift(part.subarray(end))
          if (isByTime) clock.advance(3)
        }
        await capture.close()
        const { latest } = await readLatest(store, capture.captureId)
        expect(new Map(latest.map(({ messageId, count }) => [messageId, count]))).toEqual(expected)
        await store.close()
      },
    ),
    { numRuns: 60 },
  )
})

function framed(spec: string, payload: Uint8Array): Uint8Array {
  return spec === 'idle:2' ? payload : encodeFrame(parseFramingSpec(spec), payload)
}
