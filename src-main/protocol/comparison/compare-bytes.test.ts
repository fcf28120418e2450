import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, compareInSlices } from './compare-bytes.ts'
import { countDifferences, EditList, type Edit } from './edit.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0

/** Short: `=` same, `~` changed, `+` inserted, `-` deleted, with how many bytes. */
function told(left: Uint8Array, right: Uint8Array): string {
  const signs = { same: '=', changed: '~', inserted: '+', deleted: '-' } as const
  return compareBytes(left, right)
    .edits.map(({ kind, leftStart, leftEnd, rightStart, rightEnd }) => {
      return `${signs[kind]}${Math.max(leftEnd - leftStart, rightEnd - rightStart)}`
    })
    .join(' ')
}

/** What the right side is by the left one and the edits; throws where the edits do not fit. */
function applied(left: Uint8Array, right: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const made = new Uint8Array(right.length)
  let leftAt = 0
  let rightAt = 0
  for (const { kind, leftStart, leftEnd, rightStart, rightEnd } of edits) {
    expect([leftStart, rightStart]).toEqual([leftAt, rightAt])
    if (kind === 'same')
      expect(isSame(left.subarray(leftStart, leftEnd), right.subarray(rightStart, rightEnd))).toBe(true)
    if (kind === 'same' || kind === 'changed') expect(leftEnd - leftStart).toBe(rightEnd - rightStart)
    if (kind === 'inserted') expect(leftEnd).toBe(leftStart)
    if (kind === 'deleted') expect(rightEnd).toBe(rightStart)
    made.set(kind === 'same' ? left.subarray(leftStart, leftEnd) : right.subarray(rightStart, rightEnd), rightStart)
    leftAt = leftEnd
    rightAt = rightEnd
  }
  expect([leftAt, rightAt]).toEqual([left.length, right.length])
  return made
}

/** Deterministic bytes without a pattern. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed * 2654435761 + 1
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
}

describe('the bytes of two messages', () => {
  it('are told apart as a person would', () => {
    expect([
      told(bytes(''), bytes('')),
      told(bytes('abc'), bytes('abc')),
      told(bytes(''), bytes('abc')),
      told(bytes('abc'), bytes('')),
      told(bytes('temp=21.5;'), bytes('temp=22.5;')),
      told(bytes('temp=21.5;'), bytes('temp=121.5;')),
      told(bytes('id=7;value=3'), bytes('value=3')),
      told(bytes('abcdef'), bytes('bcdefa')),
      told(Uint8Array.of(0, 1, 2, 9), Uint8Array.of(0, 2, 3, 9)),
    ]).toEqual(['', '=3', '+3', '-3', '=6 ~1 =3', '=5 +1 =5', '-5 =7', '-1 =5 +1', '=1 ~2 =1'])
  })

  it('of any kind: the edits applied to the left give the right', () => {
    const letters = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 60 }).map((values) => Uint8Array.from(values))
    const edited = fc
      .tuple(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.array(fc.tuple(fc.nat(300), fc.nat(5), fc.uint8Array({ maxLength: 6 })), { maxLength: 6 }),
      )
      .map(([left, cuts]): [Uint8Array, Uint8Array] => {
        const right = [...left]
        for (const [at, removed, added] of cuts) right.splice(at % right.length || 0, removed, ...added)
        return [left, Uint8Array.from(right)]
      })
    fc.assert(
      fc.property(fc.oneof(fc.tuple(letters, letters), edited), ([left, right]) => {
        const { edits, counts } = compareBytes(left, right)
        expect(isSame(applied(left, right, edits), right)).toBe(true)
        expect(counts).toEqual(countDifferences(edits))
        edits.forEach(({ kind }, index) => expect(kind).not.toBe(edits[index + 1]?.kind))
        if (isSame(left, right)) expect(counts.places).toBe(0)
        else expect(counts.places).toBeGreaterThan(0)
      }),
      { seed: 22, numRuns: 500 },
    )
  })

  it('are aligned with the fewest insertions and deletions where lengths differ', () => {
    const few = fc.array(fc.constantFrom(1, 2), { maxLength: 14 }).map((values) => Uint8Array.from(values))
    fc.assert(
      fc.property(few, few, (left, right) => {
        if (left.length === right.length) return
        const { edits } = compareBytes(left, right)
        const kept = edits
          .filter(({ kind }) => kind === 'same')
          .reduce((sum, edit) => sum + edit.leftEnd - edit.leftStart, 0)
        expect(kept).toBe(longestCommon(left, right))
      }),
      { seed: 22, numRuns: 2000 },
    )
  })

  it('are found again behind insertions in large messages, also where much is repeated', () => {
    const left = noise(700_000, 1)
    const right = new Uint8Array(left.length + 5000 - 3)
    right.set(left.subarray(0, 100_000))
    right.set(noise(5000, 2), 100_000)
    right.set(left.subarray(100_000, 400_000), 105_000)
    right.set(left.subarray(400_003), 405_000)
    right[600_000] = (right[600_000] ?? 0) ^ 0xff
    const { edits, counts } = compareBytes(left, right)
    expect(isSame(applied(left, right, edits), right)).toBe(true)
    expect(counts).toEqual({ changedBytes: 1, insertedBytes: 5000, deletedBytes: 3, places: 3 })
    const zeros = new Uint8Array(500_000)
    const other = zeros.slice()
    other[250_000] = 1
    expect(told(zeros, other)).toBe('=250000 ~1 =249999')
    expect(told(zeros, new Uint8Array(500_010))).toBe('=500000 +10')
  })

  it('with nothing in common are compared place by place, in bounded work and rests in between', () => {
    const left = noise(300_000, 3)
    const right = noise(300_500, 4)
    const slices = compareInSlices(left, right)
    let rests = 0
    let last = slices.next()
    for (; last.done !== true; last = slices.next()) rests++
    expect(rests).toBeGreaterThan(10)
    expect(isSame(applied(left, right, last.value.edits), right)).toBe(true)
    expect(last.value.counts.insertedBytes - last.value.counts.deletedBytes).toBe(500)
  })

  it('that differ in very many places are told coarsely, in bounded memory', () => {
    const list = new EditList()
    for (let at = 0; at < 400_000; at++) {
      list.replaced(1, 1)
      list.same(3)
    }
    const edits = list.finish()
    expect(list.isCoarse).toBe(true)
    expect(edits.length).toBeLessThan(100_010)
    expect(edits.at(-1)).toMatchObject({ leftEnd: 1_600_000, rightEnd: 1_600_000 })
  })
})

function longestCommon(left: Uint8Array, right: Uint8Array): number {
  let row = new Array<number>(right.length + 1).fill(0)
  for (const byte of left) {
    const next = [0]
    right.forEach((other, at) => {
      next.push(byte === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0))
    })
    row = next
  }
  return row[right.length] ?? 0
}
