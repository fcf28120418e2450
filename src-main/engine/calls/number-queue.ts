/** Passed places at the front that are given back at once. */
const passedPlaces = 1024

/** Numbers, first in first out. Cheap also when it is long and always in motion, which a `Set` is not. */
export class NumberQueue {
  #numbers: number[] = []
  #head = 0

  get length(): number {
    return this.#numbers.length - this.#head
  }

  push(number: number): void {
    this.#numbers.push(number)
  }

  /** Undefined when it is empty. */
  shift(): number | undefined {
    if (this.length === 0) return undefined
    const number = this.#numbers[this.#head]
    this.#head += 1
    if (this.#head >= passedPlaces && this.#head * 2 >= this.#numbers.length) {
      this.#numbers = this.#numbers.slice(this.#head)
      this.#head = 0
    }
    return number
  }
}
