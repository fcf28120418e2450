/** A stretch of the left bytes and one of the right ones, `[start, end)` each. */
export interface RangePair {
  readonly leftStart: number
  readonly leftEnd: number
  readonly rightStart: number
  readonly rightEnd: number
}

/** The two messages that are compared. */
export interface BytePair {
  readonly left: Uint8Array
  readonly right: Uint8Array
}

/** How many bytes are the same from the beginning of both. */
export function commonStart({ left, right }: BytePair, range: RangePair): number {
  const { leftStart, rightStart } = range
  const most = Math.min(range.leftEnd - leftStart, range.rightEnd - rightStart)
  let count = 0
  while (count < most && left[leftStart + count] === right[rightStart + count]) count++
  return count
}

/** How many bytes are the same before the end of both. */
export function commonEnd({ left, right }: BytePair, range: RangePair): number {
  const { leftEnd, rightEnd } = range
  const most = Math.min(leftEnd - range.leftStart, rightEnd - range.rightStart)
  let count = 0
  while (count < most && left[leftEnd - 1 - count] === right[rightEnd - 1 - count]) count++
  return count
}
