import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineReader, maximumLineBytes } from './line-reader.ts'
import { M2ClientMachine, type M2Effect } from './m2-client-machine.ts'
import { M2Controller } from './m2-controller.ts'
import { M2TelemetryInput } from './m2-telemetry-input.ts'
import { mirrorCommandNames } from './mirror-commands.ts'
import { ack, M2Exchange, success } from './testing/m2-exchange.ts'

/** Cuts bytes at those places, whatever they are. */
function pieces(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((one, other) => one - other),
    bytes.length,
  ]
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end))
}

/** Parameters that commands ask for, right and wrong ones. */
const parameters = fc.record(
  {
    status: fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 3 })),
    powerType: fc.integer({ min: 1, max: 2 }),
    mode: fc.integer({ min: 0, max: 8 }),
    addresses: fc.array(fc.integer({ min: 0, max: 83 }), { maxLength: 4 }),
    axial: fc.array(fc.double({ min: -900, max: 900, noNaN: true }), { minLength: 72, maxLength: 72 }),
    tangent: fc.array(fc.integer({ min: -6000, max: 6000 }), { minLength: 6, maxLength: 6 }),
    bit: fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128),
    scriptCommand: fc.integer({ min: 1, max: 6 }),
    scriptName: fc.string(),
    actuatorCommand: fc.integer({ min: 1, max: 4 }),
    actuators: fc.array(fc.integer({ min: 0, max: 77 }), { maxLength: 6 }),
    displacement: fc.double({ noNaN: true }),
    unit: fc.integer({ min: 1, max: 2 }),
    mask: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
  },
  { requiredKeys: [] },
)

const commandLine = fc
  .tuple(fc.constantFrom(...mirrorCommandNames, 'unknown'), fc.integer({ min: 0, max: 9 }), parameters)
  .map(
    ([name, sequenceId, details]) =>
      `${JSON.stringify({ ...details, id: `cmd_${name}`, sequence_id: sequenceId })}\r\n`,
  )

const otherLine = fc.constantFrom(
  'heartbeat\r\n',
  '\n',
  '{"id": "evt_x"}\n',
  '{"id": "tel_x"}\r\n',
  'no JSON\n',
  '{"id": "cmd_a"}\n',
)

const stream = fc
  .array(fc.oneof({ weight: 5, arbitrary: commandLine }, { weight: 1, arbitrary: otherLine }), { maxLength: 20 })
  .map((lines) => new TextEncoder().encode(lines.join('')))

const places = fc.array(fc.nat(100_000), { maxLength: 40 })

test('however the commands are split, the answers are the same', () => {
  const answers = (chunks: readonly Uint8Array[], checksSequence: boolean): readonly M2Effect[] => {
    const settings = { checksSequence, requiresHeartbeat: true, commandDurationMs: 0 }
    const machine = new M2ClientMachine(new M2Controller(true), settings, 1)
    return [...machine.opened(), ...chunks.flatMap((chunk) => machine.received(chunk)), ...machine.peerEnded()]
  }
  fc.assert(
    fc.property(stream, places, fc.boolean(), (bytes, cuts, checksSequence) => {
      const whole = answers([bytes], checksSequence)
      expect(answers(pieces(bytes, cuts), checksSequence)).toEqual(whole)
      if (bytes.length < 2000)
        expect(
          answers(
            [...bytes].map((byte) => Uint8Array.of(byte)),
            checksSequence,
          ),
        ).toEqual(whole)
    }),
    { numRuns: 60 },
  )
})

test('every command is answered: acks are followed by one end each, everything is ASCII and ends with CR LF', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const machine = new M2ClientMachine(
        new M2Controller(true),
        { checksSequence: false, requiresHeartbeat: false, commandDurationMs: 0 },
        1,
      )
      const lines = machine
        .received(bytes)
        .flatMap((effect) => (effect.kind === 'reply' || effect.kind === 'publish' ? [effect.line] : []))
      const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id)
      const count = (...names: readonly string[]): number => ids.filter((id) => names.includes(id)).length
      expect(count('ack')).toBe(count('success', 'fail'))
      expect(lines.every((line) => /^[ -~]+\r\n$/.test(line))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('10,000 lines of anything are survived, on both ports', () => {
  let exchange = new M2Exchange()
  const telemetry = new M2TelemetryInput(new M2Controller(true), 2)
  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc
      .tuple(
        fc.constantFrom(...mirrorCommandNames),
        fc.constantFrom('status', 'addresses', 'axial', 'mask', 'sequence_id'),
        fc.json(),
      )
      .map(([name, key, value]) =>
        new TextEncoder().encode(`{"sequence_id": 1, "${key}": ${value}, "id": "cmd_${name}"}`),
      ),
    fc.tuple(commandLine, fc.nat(), fc.nat(255)).map(([line, place, byte]) => {
      const bytes = new TextEncoder().encode(line.trimEnd())
      bytes[place % bytes.length] = byte
      return bytes
    }),
  )
  for (const bytes of fc.sample(junk, { numRuns: 10_000, seed: 7 })) {
    const effects = [...exchange.machine.received(bytes), ...exchange.machine.received(Uint8Array.of(0x0a))]
    telemetry.acceptChunk(bytes)
    // A reboot ends the client; the next one comes.
    if (effects.some(({ kind }) => kind === 'restart')) exchange = new M2Exchange()
  }
  exchange.bytes('\n')
  expect(exchange.command('saveMirrorPosition', 5)).toEqual([ack(5), success(5)])
})

test('lines that are too long are told once, wherever they are split, and nothing of them is kept', () => {
  const line = (length: number): Uint8Array => new Uint8Array(length).fill(0x61)
  const end = Uint8Array.of(0x0d, 0x0a)
  const bytes = Buffer.concat([
    line(70_000),
    end,
    line(maximumLineBytes),
    end,
    line(maximumLineBytes + 1),
    end,
    line(3),
    end,
  ])
  fc.assert(
    fc.property(places, (cuts) => {
      const reader = new LineReader()
      const read = pieces(bytes, cuts).flatMap((piece) => reader.acceptChunk(piece))
      expect(read.map((each) => (each.kind === 'line' ? each.bytes.length : each.kind))).toEqual([
        'too-long',
        maximumLineBytes,
        'too-long',
        3,
      ])
      expect(reader.carriedBytes).toBe(0)
    }),
    { numRuns: 50 },
  )
})

test('a line that comes byte by byte', () => {
  const reader = new LineReader()
  const text = 'abc'.repeat(300)
  const lines = [...Buffer.from(`${text}\r\n`)].flatMap((byte) => reader.acceptChunk(Uint8Array.of(byte)))
  expect(lines.map((line) => line.kind === 'line' && Buffer.from(line.bytes).toString())).toEqual([text])
})

test('a line that never ends is not kept', () => {
  const reader = new LineReader()
  let told = 0
  for (let round = 0; round < 1000; round++) {
    told += reader.acceptChunk(new Uint8Array(10_000)).length
    expect(reader.carriedBytes).toBeLessThanOrEqual(maximumLineBytes + 1)
  }
  expect(told).toBe(1)
})
