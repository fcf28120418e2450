import type { BytePair, RangePair } from './byte-range.ts'
import type { WorkMeter } from './work-meter.ts'

/** Bytes whose hash an anchor is found by. */
const windowBytes = 32
/** Anchors looked for on each side at most, about. */
const wantedAnchors = 32_768

/** A number for each byte value, without any pattern: what the rolling hash is made of. */
const byteNumbers = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = (byte + 1) * 0x9e3779b1
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
})

/**
 * Stretches that are the same on both sides, in order on both, none touching another: found by places whose surroundings
 * stand once on either side. Which places are looked at depends on the bytes alone ("content-defined"), so that
 * insertions move them along. Empty when there are none.
 */
export function* findAnchors(
  pair: BytePair,
  range: RangePair,
  meter: WorkMeter,
): Generator<undefined, readonly RangePair[]> {
  const longest = Math.max(range.leftEnd - range.leftStart, range.rightEnd - range.rightStart)
  const spacing = Math.max(1, 2 ** Math.floor(Math.log2(longest / wantedAnchors + 1)))
  const lefts = yield* placesOf(pair.left, range.leftStart, range.leftEnd, spacing, meter)
  const rights = yield* placesOf(pair.right, range.rightStart, range.rightEnd, spacing, meter)
  const matches: { left: number; right: number }[] = []
  for (const [hash, left] of lefts) {
    const right = rights.get(hash)
    if (left >= 0 && right !== undefined && right >= 0 && isSameWindow(pair, left, right)) matches.push({ left, right })
  }
  if (meter.did(matches.length * 20)) yield
  return extended(pair, range, longestRising(matches))
}

/** The ends of the windows looked at, by hash; -1 for a hash that stands more than once. */
function* placesOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  spacing: number,
  meter: WorkMeter,
): Generator<undefined, Map<number, number>> {
  const places = new Map<number, number>()
  const isEvery = spacing === 1
  // The upper bits of the hash know the whole window, the lower ones only its last bytes.
  const threshold = isEvery ? 0 : Math.floor(2 ** 32 / spacing)
  let hash = 0
  for (let at = start; at < end; at++) {
    hash = ((hash << 1) + (byteNumbers[bytes[at] ?? 0] ?? 0)) >>> 0
    if (at - start + 1 < windowBytes || (!isEvery && hash >= threshold)) continue
    places.set(hash, places.has(hash) ? -1 : at + 1)
    if (places.size > wantedAnchors * 8) break
    if (((at - start) & 0xffff) === 0 && meter.did(0x10000)) yield
  }
  if (meter.did(0x10000)) yield
  return places
}

function isSameWindow({ left, right }: BytePair, leftEnd: number, rightEnd: number): boolean {
  for (let back = 1; back <= windowBytes; back++) if (left[leftEnd - back] !== right[rightEnd - back]) return false
  return true
}

/** The longest choice of matches, given in the order of the left side, whose right sides rise too. */
function longestRising(matches: readonly { left: number; right: number }[]): { left: number; right: number }[] {
  const inOrder = [...matches].sort((one, other) => one.left - other.left)
  const tails: number[] = []
  const before = new Int32Array(inOrder.length).fill(-1)
  inOrder.forEach(({ right }, index) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((inOrder[tails[middle] ?? 0]?.right ?? 0) < right) low = middle + 1
      else high = middle
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] ?? -1)
    tails[low] = index
  })
  const chosen: { left: number; right: number }[] = []
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const match = inOrder[index]
    if (match !== undefined) chosen.push(match)
  }
  return chosen.reverse()
}

/** Each match as far as the bytes around it are the same, without running into the one before. */
function extended(
  { left, right }: BytePair,
  range: RangePair,
  matches: readonly { left: number; right: number }[],
): readonly RangePair[] {
  const runs: RangePair[] = []
  let { leftStart: leftFloor, rightStart: rightFloor } = range
  for (const match of matches) {
    let leftEnd = match.left
    let rightEnd = match.right
    if (leftEnd <= leftFloor || rightEnd <= rightFloor) continue
    let leftStart = leftEnd
    let rightStart = rightEnd
    while (leftStart > leftFloor && rightStart > rightFloor && left[leftStart - 1] === right[rightStart - 1]) {
      leftStart--
      rightStart--
    }
    while (leftEnd < range.leftEnd && rightEnd < range.rightEnd && left[leftEnd] === right[rightEnd]) {
      leftEnd++
      rightEnd++
    }
    if (leftStart === leftEnd) continue
    runs.push({ leftStart, leftEnd, rightStart, rightEnd })
    leftFloor = leftEnd
    rightFloor = rightEnd
  }
  return runs
}
