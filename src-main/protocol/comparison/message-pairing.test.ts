import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessagePairing, type PairedKind } from './message-pairing.ts'

type Pair = readonly [kind: PairedKind, left: string | null, right: string | null]

const textOf = (messages: string, row: number | null): string | null => (row === null ? null : (messages[row] ?? '?'))

/** Pairs messages of one letter each; `turns` says which side is fed next where both have room. */
function paired(left: string, right: string, lookAhead = 8, turns: readonly boolean[] = []): readonly Pair[] {
  const pairs: Pair[] = []
  const pairing = new MessagePairing(
    (kind, leftRow, rightRow) => pairs.push([kind, textOf(left, leftRow), textOf(right, rightRow)]),
    lookAhead,
  )
  let [leftAt, rightAt, turn] = [0, 0, 0]
  while (pairing.wantsLeft || pairing.wantsRight) {
    const isLeft = pairing.wantsLeft && (!pairing.wantsRight || (turns[turn++] ?? true))
    if (isLeft) {
      const key = left[leftAt]
      if (key === undefined) pairing.endLeft()
      else pairing.addLeft({ key, row: leftAt++ })
    } else {
      const key = right[rightAt]
      if (key === undefined) pairing.endRight()
      else pairing.addRight({ key, row: rightAt++ })
    }
  }
  return pairs
}

/** `ab` a pair of equal ones, `a~b` changed, `a-` and `+b` on one side only. */
function told(left: string, right: string): string {
  return paired(left, right)
    .map(([kind, one, other]) => {
      if (kind === 'same') return `${one}${other}`
      return kind === 'changed' ? `${one}~${other}` : kind === 'left-only' ? `${one}-` : `+${other}`
    })
    .join(' ')
}

/** The same rules without a stream: both lists whole, a look ahead cut out anew each time. */
function reference(left: string, right: string, lookAhead: number): readonly Pair[] {
  const pairs: Pair[] = []
  let [at, to] = [0, 0]
  while (at < left.length || to < right.length) {
    const [lefts, rights] = [left.slice(at, at + lookAhead), right.slice(to, to + lookAhead)]
    if (lefts !== '' && rights.startsWith(lefts.charAt(0))) {
      pairs.push(['same', lefts[0] ?? null, rights[0] ?? null])
      at++
      to++
      continue
    }
    let [best, bestCost] = [lefts !== '' && rights !== '' ? [1, 1] : [lefts.length, rights.length], Infinity]
    Array.from(lefts).forEach((letter, index) => {
      const other = rights.indexOf(letter)
      if (other < 0) return
      let run = 0
      while (run < 4 && lefts[index + run] !== undefined && lefts[index + run] === rights[other + run]) run++
      const cost = index + other - 2 * run
      if (cost < bestCost) [best, bestCost] = [[index, other], cost]
    })
    const [leftCount = 0, rightCount = 0] = best
    for (let count = 0; count < Math.max(leftCount, rightCount); count++) {
      const one = count < leftCount ? (left[at + count] ?? null) : null
      const other = count < rightCount ? (right[to + count] ?? null) : null
      pairs.push([one === null ? 'right-only' : other === null ? 'left-only' : 'changed', one, other])
    }
    at += leftCount
    to += rightCount
  }
  return pairs
}

describe('the messages of two streams', () => {
  it('are paired as a person would', () => {
    expect([
      told('abc', 'abc'),
      told('abc', 'axc'),
      told('abcd', 'acd'),
      told('acd', 'abcd'),
      told('', 'ab'),
      told('ab', ''),
      told('', ''),
      told('xoyo', 'yo'),
      told('abc', 'xyz'),
    ]).toEqual([
      'aa bb cc',
      'aa b~x cc',
      'aa b- cc dd',
      'aa +b cc dd',
      '+a +b',
      'a- b-',
      '',
      'x- o- yy oo',
      'a~x b~y c~z',
    ])
  })

  it('are paired by the same rules as with all of them at hand, whenever they come', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 30 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        letters,
        letters,
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.boolean(), { maxLength: 80 }),
        (left, right, lookAhead, turns) => {
          const pairs = paired(left, right, lookAhead, turns)
          expect(pairs).toEqual(reference(left, right, lookAhead))
          expect(pairs.map(([, one]) => one ?? '').join('')).toBe(left)
          expect(pairs.map(([, , other]) => other ?? '').join('')).toBe(right)
        },
      ),
      { seed: 22, numRuns: 2000 },
    )
  })
})
