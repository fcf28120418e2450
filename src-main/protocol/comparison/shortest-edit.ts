import type { BytePair, RangePair } from './byte-range.ts'
import type { EditList } from './edit.ts'
import type { WorkMeter } from './work-meter.ts'

/** Where a shortest path through the grid of both stretches passes its middle: a run of equal bytes, maybe empty. */
interface MiddleRun {
  /** Insertions and deletions of the whole path. */
  readonly distance: number
  readonly leftStart: number
  readonly rightStart: number
  readonly leftEnd: number
  readonly rightEnd: number
}

/**
 * Finds the middle of a shortest path of insertions and deletions, in memory that grows with the distance alone. Null when the
 * distance is more than `limit`, or the meter has no exact steps left. Pauses (yields) now and then.
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, section 4b.
 */
function* middleRun(
  { left, right }: BytePair,
  range: RangePair,
  limit: number,
  meter: WorkMeter,
): Generator<undefined, MiddleRun | null> {
  const { leftStart, rightStart } = range
  const leftBytes = range.leftEnd - leftStart
  const rightBytes = range.rightEnd - rightStart
  const delta = leftBytes - rightBytes
  const isOdd = (delta & 1) !== 0
  const most = Math.ceil(Math.min(limit, leftBytes + rightBytes) / 2)
  const size = 2 * most + 3
  const middle = most + 1
  // How far to the left stretch's end the best path of each diagonal comes, from the beginning and from the end.
  const forward = new Int32Array(size).fill(-1)
  const backward = new Int32Array(size).fill(-1)
  forward[middle + 1] = 0
  backward[middle + 1] = 0
  for (let steps = 0; steps <= most; steps++) {
    let walked = 0
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const down = forward[middle + diagonal + 1] ?? -1
      const across = forward[middle + diagonal - 1] ?? -1
      let x = diagonal === -steps || (diagonal !== steps && across < down) ? down : across + 1
      let y = x - diagonal
      const [runX, runY] = [x, y]
      while (x < leftBytes && y < rightBytes && left[leftStart + x] === right[rightStart + y]) {
        x++
        y++
      }
      walked += x - runX + 1
      forward[middle + diagonal] = x
      const opposite = delta - diagonal
      if (isOdd && Math.abs(opposite) < steps && x + (backward[middle + opposite] ?? -1) >= leftBytes) {
        return runOf(2 * steps - 1, runX, runY, x, y)
      }
    }
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const down = backward[middle + diagonal + 1] ?? -1
      const across = backward[middle + diagonal - 1] ?? -1
      let x = diagonal === -steps || (diagonal !== steps && across < down) ? down : across + 1
      let y = x - diagonal
      const [runX, runY] = [x, y]
      while (x < leftBytes && y < rightBytes && left[range.leftEnd - 1 - x] === right[range.rightEnd - 1 - y]) {
        x++
        y++
      }
      walked += x - runX + 1
      backward[middle + diagonal] = x
      const opposite = delta - diagonal
      if (!isOdd && Math.abs(opposite) <= steps && x + (forward[middle + opposite] ?? -1) >= leftBytes) {
        return runOf(2 * steps, leftBytes - x, rightBytes - y, leftBytes - runX, rightBytes - runY)
      }
    }
    meter.exactStepsLeft -= walked
    if (meter.exactStepsLeft < 0) return null
    if (meter.did(walked)) yield
  }
  return null

  function runOf(distance: number, fromX: number, fromY: number, toX: number, toY: number): MiddleRun | null {
    if (distance > limit) return null
    return {
      distance,
      leftStart: leftStart + fromX,
      rightStart: rightStart + fromY,
      leftEnd: leftStart + toX,
      rightEnd: rightStart + toY,
    }
  }
}

/**
 * Aligns two stretches with the fewest insertions and deletions and adds what was found. False, with nothing added, when
 * that takes more than `limit` of them or more work than the meter allows.
 */
export function* alignExactly(
  pair: BytePair,
  range: RangePair,
  limit: number,
  meter: WorkMeter,
  into: EditList,
): Generator<undefined, boolean> {
  const runs: RangePair[] = []
  if (!(yield* findRuns(pair, range, limit, meter, runs))) return false
  let { leftStart, rightStart } = range
  for (const run of runs) {
    into.replaced(run.leftStart - leftStart, run.rightStart - rightStart)
    into.same(run.leftEnd - run.leftStart)
    leftStart = run.leftEnd
    rightStart = run.rightEnd
  }
  into.replaced(range.leftEnd - leftStart, range.rightEnd - rightStart)
  return true
}

/** The equal runs of a shortest path, in order. */
function* findRuns(
  pair: BytePair,
  range: RangePair,
  limit: number,
  meter: WorkMeter,
  into: RangePair[],
): Generator<undefined, boolean> {
  if (range.leftStart === range.leftEnd || range.rightStart === range.rightEnd) return true
  const run = yield* middleRun(pair, range, limit, meter)
  if (run === null) return false
  if (run.distance > 1) {
    const before = { ...range, leftEnd: run.leftStart, rightEnd: run.rightStart }
    if (!(yield* findRuns(pair, before, run.distance, meter, into))) return false
    if (run.leftEnd > run.leftStart) into.push(run)
    const after = { ...range, leftStart: run.leftEnd, rightStart: run.rightEnd }
    return yield* findRuns(pair, after, run.distance, meter, into)
  }
  // One side holds the other, with one byte more at most: equal bytes up to it, and behind it.
  addSingleStep(pair, range, into)
  return true
}

function addSingleStep({ left, right }: BytePair, range: RangePair, into: RangePair[]): void {
  let { leftStart, rightStart } = range
  while (leftStart < range.leftEnd && rightStart < range.rightEnd && left[leftStart] === right[rightStart]) {
    leftStart++
    rightStart++
  }
  if (leftStart > range.leftStart) into.push({ ...range, leftEnd: leftStart, rightEnd: rightStart })
  const rest = Math.min(range.leftEnd - leftStart, range.rightEnd - rightStart)
  if (rest > 0) into.push({ ...range, leftStart: range.leftEnd - rest, rightStart: range.rightEnd - rest })
}
