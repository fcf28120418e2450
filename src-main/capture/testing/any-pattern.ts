import fc from 'fast-check'
import type { BytePattern, CaptureScope } from '../../contract/schemas/capture-filter.ts'

const text = (value: string, ignoresCase = false): BytePattern => ({
  kind: 'text',
  text: value,
  ignoresCase,
  encoding: 'utf-8',
})

/** Patterns that stand, in whole and in part, in what `anyStep` makes. */
export const anyPattern: fc.Arbitrary<BytePattern> = fc.constantFrom<BytePattern>(
  text('A'),
  text('AB'),
  text('ab', true),
  text('ABA'),
  text('A\n'),
  { kind: 'hex', hex: '41 ?? 42' },
  { kind: 'hex', hex: '?? 0d ff' },
  { kind: 'hex', hex: '00 4?' },
  { kind: 'expression', source: 'A+B', ignoresCase: false },
  { kind: 'expression', source: '[^\\n]B$', ignoresCase: true },
)

const orNull = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(value, { nil: null, freq: 2 })

/** Scopes that leave out a part of what `anyStep` makes, or everything. */
export const anyScope: fc.Arbitrary<CaptureScope> = fc.record({
  direction: orNull(fc.constantFrom('sent' as const, 'received' as const)),
  connections: orNull(fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 })),
  minimumBytes: orNull(fc.integer({ min: 0, max: 60 })),
  maximumBytes: orNull(fc.integer({ min: 0, max: 3000 })),
  fromNs: orNull(fc.integer({ min: 0, max: 100e6 })),
  toNs: orNull(fc.integer({ min: 0, max: 200e6 })),
})

export const everything: CaptureScope = {
  direction: null,
  connections: null,
  minimumBytes: null,
  maximumBytes: null,
  fromNs: null,
  toNs: null,
}
