/** Lets work on the same thing go on one after the other, in the order in which it was asked for; other things do not wait. */
export class OneByOne {
  /** The last work under way on each thing. */
  readonly #last = new Map<string, Promise<unknown>>()

  /** Does the work once that before it has ended, in whatever way. */
  async run<Result>(thing: string, work: () => Promise<Result>): Promise<Result> {
    const running = Promise.allSettled([this.#last.get(thing)]).then(work)
    this.#last.set(thing, running)
    try {
      return await running
    } finally {
      if (this.#last.get(thing) === running) this.#last.delete(thing)
    }
  }
}
