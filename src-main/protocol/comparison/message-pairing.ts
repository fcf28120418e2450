/** A message as far as pairing has to know it: equal keys are equal messages. */
export interface PairedMessage {
  readonly key: string
  /** Number of its row, for whoever reads the pairs. */
  readonly row: number
}

export type PairedKind = 'same' | 'changed' | 'left-only' | 'right-only'

/** Told each pair in order; the row of a side that has no message is null. */
export type PairListener = (kind: PairedKind, leftRow: number | null, rightRow: number | null) => void

/** Messages of each side that are looked at ahead: what is inserted or left out may be so long. */
export const usualLookAhead = 256
/** Messages that go on being equal behind a place are worth as much as one step less to it, up to so many. */
const countedRun = 4

/**
 * Pairs the messages of two streams in order. Equal ones are pairs; where they differ, the nearest place at which both go on
 * with equal messages is looked for within a bounded look ahead, a run of equal messages counting for more than a single
 * one; what stands before it is paired as changed, and what one side has more as its own. Nothing is decided
 * before the look ahead is full or a side has ended, so that the pairs do not depend on when messages come.
 */
export class MessagePairing {
  readonly #tell: PairListener
  readonly #left: LookAhead
  readonly #right: LookAhead
  /** Keys that stand in both look aheads. */
  #sharedKeys = 0
  #leftEnded = false
  #rightEnded = false

  constructor(tell: PairListener, lookAhead = usualLookAhead) {
    this.#tell = tell
    this.#left = new LookAhead(lookAhead)
    this.#right = new LookAhead(lookAhead)
  }

  /** Whether a side has room for its next message; without it none may be added. */
  get wantsLeft(): boolean {
    return !this.#leftEnded && !this.#left.isFull
  }

  get wantsRight(): boolean {
    return !this.#rightEnded && !this.#right.isFull
  }

  addLeft(message: PairedMessage): void {
    if (this.#left.add(message) && this.#right.has(message.key)) this.#sharedKeys++
    this.#decide()
  }

  addRight(message: PairedMessage): void {
    if (this.#right.add(message) && this.#left.has(message.key)) this.#sharedKeys++
    this.#decide()
  }

  endLeft(): void {
    this.#leftEnded = true
    this.#decide()
  }

  endRight(): void {
    this.#rightEnded = true
    this.#decide()
  }

  #decide(): void {
    while (!this.wantsLeft && !this.wantsRight) {
      const left = this.#left.at(0)
      const right = this.#right.at(0)
      if (left === undefined && right === undefined) return
      if (left !== undefined && left.key === right?.key) {
        this.#take(1, 1, 'same')
        continue
      }
      const { leftCount, rightCount } = this.#nearestShared()
      const paired = Math.min(leftCount, rightCount)
      this.#take(paired, paired, 'changed')
      this.#take(leftCount - paired, 0, 'left-only')
      this.#take(0, rightCount - paired, 'right-only')
    }
  }

  /** How many messages of each side stand before the place at which both go on. */
  #nearestShared(): { leftCount: number; rightCount: number } {
    const hasBoth = this.#left.size > 0 && this.#right.size > 0
    let best = { leftCount: hasBoth ? 1 : this.#left.size, rightCount: hasBoth ? 1 : this.#right.size }
    if (this.#sharedKeys === 0) return best
    let bestCost = Number.POSITIVE_INFINITY
    for (let leftCount = 0; leftCount < this.#left.size; leftCount++) {
      if (leftCount - countedRun * 2 >= bestCost) break
      const rightCount = this.#right.firstOf(this.#left.at(leftCount)?.key ?? '')
      if (rightCount < 0) continue
      const cost = leftCount + rightCount - 2 * this.#equalRun(leftCount, rightCount)
      if (cost >= bestCost) continue
      bestCost = cost
      best = { leftCount, rightCount }
    }
    return best
  }

  #equalRun(leftAt: number, rightAt: number): number {
    let run = 0
    while (run < countedRun) {
      const left = this.#left.at(leftAt + run)
      if (left === undefined || left.key !== this.#right.at(rightAt + run)?.key) break
      run++
    }
    return run
  }

  #take(leftCount: number, rightCount: number, kind: PairedKind): void {
    for (let count = Math.max(leftCount, rightCount); count > 0; count--) {
      const left = leftCount > 0 ? this.#shift(this.#left, this.#right) : null
      const right = rightCount > 0 ? this.#shift(this.#right, this.#left) : null
      this.#tell(kind, left, right)
    }
  }

  /** Takes the first message of a side away and gives its row. */
  #shift(side: LookAhead, other: LookAhead): number | null {
    const message = side.shift()
    if (message === undefined) return null
    if (!side.has(message.key) && other.has(message.key)) this.#sharedKeys--
    return message.row
  }
}

/** The next messages of a side, and where each key stands among them. */
class LookAhead {
  readonly #limit: number
  #messages: PairedMessage[] = []
  /** Messages at the beginning of the array that were taken away. */
  #taken = 0
  /** Messages taken away in all: places are counted from the very first one. */
  #passed = 0
  readonly #places = new Map<string, number[]>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#messages.length - this.#taken
  }

  get isFull(): boolean {
    return this.size >= this.#limit
  }

  at(index: number): PairedMessage | undefined {
    return this.#messages[this.#taken + index]
  }

  has(key: string): boolean {
    return this.#places.has(key)
  }

  /** Index of the first message with that key; -1 when there is none. */
  firstOf(key: string): number {
    const place = this.#places.get(key)?.[0]
    return place === undefined ? -1 : place - this.#passed
  }

  /** True when no message with this key stood here before. */
  add(message: PairedMessage): boolean {
    const place = this.#passed + this.size
    this.#messages.push(message)
    const places = this.#places.get(message.key)
    places?.push(place)
    if (places === undefined) this.#places.set(message.key, [place])
    return places === undefined
  }

  shift(): PairedMessage | undefined {
    const message = this.#messages[this.#taken]
    if (message === undefined) return undefined
    this.#taken++
    this.#passed++
    if (this.#taken >= this.#limit) {
      this.#messages = this.#messages.slice(this.#taken)
      this.#taken = 0
    }
    const places = this.#places.get(message.key)
    places?.shift()
    if (places?.length === 0) this.#places.delete(message.key)
    return message
  }
}
