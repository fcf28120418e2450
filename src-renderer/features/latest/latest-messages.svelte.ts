import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { LatestMessages } from '../../../src-main/contract/schemas/capture.ts'
import type { TrafficLink } from '../traffic/traffic-window.svelte.ts'

/** Shortest time between two looks: values that change faster cannot be read. */
const shortestIntervalMs = 150
/** How soon a capture that is still being looked through is asked about again. */
const recountDelayMs = 250
/** Once nothing comes any more, rates fall to nothing: they are looked at a few times more. */
const fallingIntervalMs = 1000
const fallingLooks = 6

/** The newest message of every identifier of a capture, kept up to date. Every getter is reactive. */
export class LatestState {
  readonly #link: TrafficLink
  readonly #captureId: string
  #messages = $state.raw<LatestMessages | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #timer: ReturnType<typeof setTimeout> | null = null
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #asking = false
  #askAgain = false
  #looksLeft = 0
  #ended = false

  constructor(link: TrafficLink, captureId: string) {
    this.#link = link
    this.#captureId = captureId
  }

  /** Null before the first answer. */
  get messages(): LatestMessages | null {
    return this.#messages
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  /** Begins; the function it returns ends it. */
  start(): () => void {
    this.#ended = false
    const unsubscribe = this.#link.subscribe('capture.grew', this.#captureId, () => {
      this.#looksLeft = fallingLooks
      this.refresh()
    })
    this.refresh()
    return () => {
      this.#ended = true
      unsubscribe()
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = null
    }
  }

  /** Looks as soon as the shortest interval allows. */
  refresh(): void {
    if (this.#asking) this.#askAgain = true
    else this.#lookIn(Math.max(0, this.#lookedAtMs + shortestIntervalMs - performance.now()))
  }

  #lookIn(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), delayMs)
  }

  async #look(): Promise<void> {
    this.#timer = null
    this.#lookedAtMs = performance.now()
    this.#asking = true
    try {
      this.#messages = await this.#link.call('capture.latest', { captureId: this.#captureId })
      this.#error = null
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
    }
    this.#asking = false
    if (this.#ended) return
    const again = this.#askAgain
    this.#askAgain = false
    if (again) this.refresh()
    else if (this.#messages?.complete === false && this.#error === null) this.#lookIn(recountDelayMs)
    else if (this.#looksLeft > 0) {
      this.#looksLeft -= 1
      this.#lookIn(fallingIntervalMs)
    }
  }
}
