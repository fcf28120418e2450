/** One of the two sides of a connection. */
type Side = 'local' | 'peer'

/** Which sides of one connection have sent FIN, and which was first. */
export class FinOrder {
  readonly #sides: Side[] = []

  /** The side whose FIN was first; null before any. */
  get first(): Side | null {
    return this.#sides[0] ?? null
  }
  /** Both sides have ended. */
  get isWhole(): boolean {
    return this.#sides.length === 2
  }

  has(side: Side): boolean {
    return this.#sides.includes(side)
  }

  /** The side sent FIN. False when it had already. */
  add(side: Side): boolean {
    if (this.has(side)) return false
    this.#sides.push(side)
    return true
  }
}
