import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import type { ServerFault } from '../../contract/schemas/server-faults.ts'
import { faultSpecExamples, formatFaultSpec, parseFaultSpec } from './fault-spec.ts'

/** The reason why texts are refused. */
function refused(...texts: readonly string[]): string {
  try {
    return `accepted: ${JSON.stringify(parseFaultSpec(texts))}`
  } catch (thrown) {
    return thrown instanceof WirebenchError ? `${thrown.code}: ${String(thrown.data.reason)}` : String(thrown)
  }
}

test.each<[string, ServerFault]>([
  ['refuse:3', { kind: 'refuse', every: 3 }],
  ['mute', { kind: 'mute' }],
  ['drop:0.1', { kind: 'drop', probability: 0.1 }],
  ['garbage:0.2', { kind: 'garbage', probability: 0.2, maximumBytes: 16 }],
  ['garbage:0.2,max=32', { kind: 'garbage', probability: 0.2, maximumBytes: 32 }],
  ['flip-bits:0.001', { kind: 'flip-bits', probability: 0.001 }],
  ['flip-bits:1e-7', { kind: 'flip-bits', probability: 1e-7 }],
  ['cut-message:2', { kind: 'cut-message', message: 2 }],
  ['stall:100', { kind: 'stall', afterBytes: 100 }],
  ['half-close:100', { kind: 'half-close', afterBytes: 100 }],
  ['reset:0', { kind: 'reset', afterBytes: 0 }],
  ['coalesce:50', { kind: 'coalesce', waitMs: 50 }],
  ['delay:20', { kind: 'delay', delayMs: 20, jitterMs: 0 }],
  ['delay:20,jitter=30', { kind: 'delay', delayMs: 20, jitterMs: 30 }],
  ['throttle:1000', { kind: 'throttle', bytesPerSecond: 1000 }],
  ['split', { kind: 'split', segmentBytes: 1, gapMs: 0 }],
  ['split,gap=10', { kind: 'split', segmentBytes: 1, gapMs: 10 }],
  ['split:4,gap=10', { kind: 'split', segmentBytes: 4, gapMs: 10 }],
])('%s', (spec, fault) => {
  const faults = parseFaultSpec([spec])
  expect([faults, formatFaultSpec(faults)]).toEqual([{ seed: 1, faults: [fault] }, spec])
})

test('several, in one text or in many, in any order with the seed', () => {
  const faults = [
    { kind: 'drop', probability: 0.5 },
    { kind: 'mute' },
    { kind: 'split', segmentBytes: 1, gapMs: 0 },
  ] as const
  expect([
    parseFaultSpec(['drop:0.5  mute\tsplit', 'seed:42']),
    parseFaultSpec(['seed:42 drop:0.5', '', 'mute', 'split']),
    parseFaultSpec([]),
    parseFaultSpec([' ']),
  ]).toEqual([
    { seed: 42, faults },
    { seed: 42, faults },
    { seed: 1, faults: [] },
    { seed: 1, faults: [] },
  ])
})

test('every example of the help can be read', () => {
  const specs = faultSpecExamples.map((words) => words.split(' ')[0] ?? '')
  expect(parseFaultSpec(specs).faults).toHaveLength(13)
})

describe('refused with what is possible', () => {
  it.each([
    [['explode'], /^fault-malformed: Write refuse:3 .* split:4,gap=10 \(bytes, ms\), seed:42/],
    [['constructor:1'], /^fault-malformed: Write /],
    [['drop'], /A number is missing: drop:0\.1 \(0 to 1\)\.$/],
    [['drop:'], /"" is no number: drop:0\.1/],
    [['drop:1.5'], /drop:0\.1 \(0 to 1\)\.$/],
    [['drop:-1'], /"-1" is no number/],
    [['drop:NaN'], /"NaN" is no number/],
    [['drop:0x1'], /"0x1" is no number/],
    [['refuse:0'], /refuse:3 /],
    [['refuse:1.5'], /refuse:3 /],
    [['mute:1'], /Nothing stands after it: mute\.$/],
    [['delay:1,gap=3'], /"gap=3" does not belong there: delay:20,jitter=30/],
    [['delay:1,jitter=3,jitter=4'], /"jitter=4" does not belong there/],
    [['delay:1,__proto__=3'], /"__proto__=3" does not belong there/],
    [['garbage:1,max=0'], /garbage:0\.2,max=32/],
    [['mute', 'mute'], /mute is there already\.$/],
    [['seed:1 seed:1'], /There is one seed only\.$/],
    [['seed'], /Write seed:42 /],
    [['seed:4294967296'], /Write seed:42 \(0 to 4294967295\)\.$/],
  ])('%j', (texts, reason) => {
    expect(refused(...texts)).toMatch(reason)
  })
})

const probability = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
const milliseconds = fc.oneof(
  fc.nat(3_600_000),
  fc.double({ min: 0, max: 3_600_000, noNaN: true }).map((value) => value + 0),
)
const position = fc.nat(2 ** 31 - 1)
const anyFault: fc.Arbitrary<ServerFault> = fc.oneof(
  fc.record({ kind: fc.constant('refuse' as const), every: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({ kind: fc.constant('mute' as const) }),
  fc.record({ kind: fc.constantFrom('drop' as const, 'flip-bits' as const), probability }),
  fc.record({ kind: fc.constant('garbage' as const), probability, maximumBytes: fc.integer({ min: 1, max: 65_536 }) }),
  fc.record({ kind: fc.constant('cut-message' as const), message: fc.integer({ min: 1, max: 1e9 }) }),
  fc.record({ kind: fc.constantFrom('stall' as const, 'half-close' as const, 'reset' as const), afterBytes: position }),
  fc.record({ kind: fc.constant('coalesce' as const), waitMs: milliseconds }),
  fc.record({ kind: fc.constant('delay' as const), delayMs: milliseconds, jitterMs: milliseconds }),
  fc.record({ kind: fc.constant('throttle' as const), bytesPerSecond: fc.double({ min: 1, max: 1e12, noNaN: true }) }),
  fc.record({
    kind: fc.constant('split' as const),
    segmentBytes: fc.integer({ min: 1, max: 65_536 }),
    gapMs: milliseconds,
  }),
)

test('the text of faults gives the same faults', () => {
  const faults = fc.record({
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
    faults: fc.uniqueArray(anyFault, { selector: ({ kind }) => kind }),
  })
  fc.assert(
    fc.property(faults, (given) => {
      expect(parseFaultSpec([formatFaultSpec(given)])).toEqual(given)
    }),
  )
})

test('no text does anything but give faults or be refused', () => {
  const piece = fc.oneof(
    fc.constantFrom('drop', ':', ',', '=', 'split', 'gap', '1', '0.5', 'seed', ' ', 'e', '-', 'max', 'garbage'),
    fc.string({ maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      expect(refused(pieces.join(''))).toMatch(/^(accepted|fault-malformed): /)
    }),
    { numRuns: 10_000 },
  )
})
