/** A box on the page, px from its left and upper edge. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

interface ToastRoom {
  /** Where messages may stand. */
  readonly bounds: Box
  readonly width: number
  readonly height: number
  /** Controls that must stay free. */
  readonly controls: readonly Box[]
}

/** The upper left corner of messages. */
export interface ToastPlace {
  readonly left: number
  readonly top: number
  /** No control lies below them. */
  readonly isFree: boolean
}

/** Between a message and a control. */
const gapPx = 6
/** Places closer together than this are one. */
const stepPx = 4
/** Going to the left is better than going up: a message is looked for at the lower edge. */
const sidewaysCost = 0.6
/** A covered square pixel of a control counts like so many px of distance. */
const coveredCost = 10

/**
 * Where the messages stand: as near to the lower right corner of `bounds` as they can without lying over a control. Where there
 * is no such place, where they cover least; then it `isFree` no more.
 */
export function placeOfToasts({ bounds, width, height, controls }: ToastRoom): ToastPlace {
  const corner = {
    left: Math.max(bounds.left, bounds.right - width),
    top: Math.max(bounds.top, bounds.bottom - height),
  }
  const near = controls.map((box) => grown(box)).filter((box) => overlap(box, bounds) > 0)
  // The best place touches the edge, or a control, below and at the right.
  const lefts = distinct([corner.left, ...near.map(({ left }) => left - width)], bounds.left, corner.left)
  const tops = distinct([corner.top, ...near.map(({ top }) => top - height)], bounds.top, corner.top)
  let best = corner
  let bestCost = Number.POSITIVE_INFINITY
  let isFree = near.length === 0
  for (const top of tops) {
    const beside = near.filter((box) => box.top < top + height && box.bottom > top)
    for (const left of lefts) {
      const distance = corner.top - top + (corner.left - left) * sidewaysCost
      if (distance >= bestCost) continue
      let cost = distance
      const place = { left, top, right: left + width, bottom: top + height }
      for (const box of beside) cost += overlap(box, place) * coveredCost
      if (cost < bestCost) [best, bestCost, isFree] = [{ left, top }, cost, cost === distance]
    }
  }
  return { ...best, isFree }
}

function grown({ left, top, right, bottom }: Box): Box {
  return { left: left - gapPx, top: top - gapPx, right: right + gapPx, bottom: bottom + gapPx }
}

/** Square pixels that two boxes share. */
function overlap(one: Box, other: Box): number {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  return width > 0 && height > 0 ? width * height : 0
}

/** Values from `least` to `most`, the greatest first, of those close together the smallest. */
function distinct(values: readonly number[], least: number, most: number): readonly number[] {
  const bySteps = new Map<number, number>()
  for (const value of values) {
    if (value < least || value > most) continue
    const step = Math.floor(value / stepPx)
    bySteps.set(step, Math.min(value, bySteps.get(step) ?? value))
  }
  return [...bySteps.values()].sort((one, other) => other - one)
}
