import { findAnchors } from './anchors.ts'
import { commonEnd, commonStart, type BytePair, type RangePair } from './byte-range.ts'
import { countDifferences, EditList, type DifferenceCounts, type Edit } from './edit.ts'
import { alignExactly } from './shortest-edit.ts'
import { WorkMeter } from './work-meter.ts'

/** What differs between two messages. */
export interface ByteComparison {
  /** From the beginning to the end of both, in order; neighbours are of different kinds. */
  readonly edits: readonly Edit[]
  readonly counts: DifferenceCounts
  /** There are so many differences that short equal stretches between them count as changed. */
  readonly isCoarse: boolean
}

/** Insertions and deletions that an exact alignment of one stretch may take. */
const longestDistance = 4096
/** Steps of exact alignment of a whole comparison: about half a second. */
const exactSteps = 60_000_000
/** Larger stretches are cut at anchors before they are aligned. */
const largeBytes = 64 * 1024
/** Smaller ones hold no anchor. */
const smallestAnchoredBytes = 64
/** Anchors are looked for again between those found, so many times. */
const deepestAnchors = 2

/**
 * Compares two messages, in slices of a few milliseconds: a generator that pauses between them and gives the comparison at its
 * end. Small stretches are aligned exactly (fewest insertions and deletions) as long as they have something in common;
 * large ones are cut where their surroundings are the same and stand once; what has nothing in common is compared place by
 * place. Stretches of the same length are compared place by place when that finds no more differences.
 */
export function* compareInSlices(left: Uint8Array, right: Uint8Array): Generator<undefined, ByteComparison> {
  const list = new EditList()
  const whole = { leftStart: 0, leftEnd: left.length, rightStart: 0, rightEnd: right.length }
  yield* compareRange({ left, right }, whole, 0, new WorkMeter(exactSteps), list)
  const edits = list.finish()
  return { edits, counts: countDifferences(edits), isCoarse: list.isCoarse }
}

/** Compares two messages at once. */
export function compareBytes(left: Uint8Array, right: Uint8Array): ByteComparison {
  const slices = compareInSlices(left, right)
  for (;;) {
    const { done, value } = slices.next()
    if (done === true) return value
  }
}

function* compareRange(
  pair: BytePair,
  range: RangePair,
  depth: number,
  meter: WorkMeter,
  into: EditList,
): Generator<undefined, void> {
  const start = commonStart(pair, range)
  const behindStart = { ...range, leftStart: range.leftStart + start, rightStart: range.rightStart + start }
  const end = commonEnd(pair, behindStart)
  const middle = { ...behindStart, leftEnd: range.leftEnd - end, rightEnd: range.rightEnd - end }
  into.same(start)
  if (meter.did(start + end)) yield
  yield* compareMiddle(pair, middle, depth, meter, into)
  into.same(end)
}

/** Both stretches begin and end with different bytes, or one of them is empty. */
function* compareMiddle(
  pair: BytePair,
  range: RangePair,
  depth: number,
  meter: WorkMeter,
  into: EditList,
): Generator<undefined, void> {
  const leftBytes = range.leftEnd - range.leftStart
  const rightBytes = range.rightEnd - range.rightStart
  if (leftBytes === 0 || rightBytes === 0) {
    into.replaced(leftBytes, rightBytes)
    return
  }
  const isLarge = Math.max(leftBytes, rightBytes) > largeBytes
  if (isLarge && depth < deepestAnchors && (yield* compareAtAnchors(pair, range, depth, meter, into))) return
  // A changed byte is one difference to people, and two steps to an alignment.
  const limit = leftBytes === rightBytes ? differingPlaces(pair, range) - 1 : longestDistance
  if (limit > 0 && (yield* alignExactly(pair, range, Math.min(limit, longestDistance), meter, into))) return
  const isSmall = Math.min(leftBytes, rightBytes) < smallestAnchoredBytes
  if (!isLarge && !isSmall && depth < deepestAnchors && (yield* compareAtAnchors(pair, range, depth, meter, into))) {
    return
  }
  yield* compareByPlace(pair, range, meter, into)
}

/** False, with nothing added, when there are no anchors. */
function* compareAtAnchors(
  pair: BytePair,
  range: RangePair,
  depth: number,
  meter: WorkMeter,
  into: EditList,
): Generator<undefined, boolean> {
  const anchors = yield* findAnchors(pair, range, meter)
  if (anchors.length === 0) return false
  let { leftStart, rightStart } = range
  for (const anchor of anchors) {
    const before = { leftStart, leftEnd: anchor.leftStart, rightStart, rightEnd: anchor.rightStart }
    yield* compareRange(pair, before, depth + 1, meter, into)
    into.same(anchor.leftEnd - anchor.leftStart)
    leftStart = anchor.leftEnd
    rightStart = anchor.rightEnd
  }
  yield* compareRange(pair, { ...range, leftStart, rightStart }, depth + 1, meter, into)
  return true
}

function differingPlaces({ left, right }: BytePair, range: RangePair): number {
  const length = range.leftEnd - range.leftStart
  let count = 0
  for (let at = 0; at < length; at++) if (left[range.leftStart + at] !== right[range.rightStart + at]) count++
  return count
}

/** Each byte with the one at the same place; what one side has more stands at its end. */
function* compareByPlace(
  { left, right }: BytePair,
  range: RangePair,
  meter: WorkMeter,
  into: EditList,
): Generator<undefined, void> {
  const leftBytes = range.leftEnd - range.leftStart
  const rightBytes = range.rightEnd - range.rightStart
  const shared = Math.min(leftBytes, rightBytes)
  let at = 0
  while (at < shared) {
    const start = at
    const isSame = left[range.leftStart + at] === right[range.rightStart + at]
    while (at < shared && (left[range.leftStart + at] === right[range.rightStart + at]) === isSame) at++
    if (isSame) into.same(at - start)
    else into.replaced(at - start, at - start)
    if (meter.did(at - start + 4)) yield
  }
  into.replaced(leftBytes - shared, rightBytes - shared)
}
