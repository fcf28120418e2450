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
/** The engine's clock and a timer of the page may differ by that much. */
const silenceMarginMs = 5

/** The newest message of every identifier of a capture, kept up to date. Every getter is reactive. */
export class LatestState {
  readonly #link: TrafficLink
  readonly #captureId: string
  readonly #silencesMs: () => readonly number[]
  #messages = $state.raw<LatestMessages | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #timer: ReturnType<typeof setTimeout> | null = null
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #asking = false
  #askAgain = false
  #looksLeft = 0
  #grownAtMs = 0
  #ended = false

  /** `silencesMs` are the silences that end messages: it is looked once more after each. */
  constructor(link: TrafficLink, captureId: string, silencesMs: () => readonly number[]) {
    this.#link = link
    this.#captureId = captureId
    this.#silencesMs = silencesMs
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
      this.#grownAtMs = performance.now()
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
    if (again) {
      this.refresh()
      return
    }
    const counts = this.#messages?.complete === false && this.#error === null
    const falls = this.#looksLeft > 0
    if (!counts && falls) this.#looksLeft -= 1
    const reasons = [counts ? [recountDelayMs] : [], falls ? [fallingIntervalMs] : [], this.#silencesLeftMs()].flat()
    if (reasons.length > 0) this.#lookIn(Math.min(...reasons))
  }

  /** How long it still is to each silence since the last growth. */
  #silencesLeftMs(): readonly number[] {
    const silentMs = performance.now() - this.#grownAtMs
    return this.#silencesMs()
      .map((silenceMs) => silenceMs + silenceMarginMs - silentMs)
      .filter((leftMs) => leftMs > 0)
  }
}
