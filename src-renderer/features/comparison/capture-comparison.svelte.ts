import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { Link } from '../../../src-main/contract/connect.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import {
  maximumPairsAtOnce,
  type ComparedPair,
  type ComparedSide,
  type ComparisonState,
  type PairKind,
} from '../../../src-main/contract/schemas/comparison.ts'

const differentKinds: readonly PairKind[] = ['changed', 'left-only', 'right-only']
/** Pairs read beyond those in view, on both sides. */
const marginPairs = 40

interface LoadedPairs {
  readonly first: number
  readonly pairs: readonly ComparedPair[]
}

/** A comparison of two captures in the engine, and the pairs of it that are in view. Every getter is reactive. */
export class CaptureComparison {
  readonly #link: Link
  #state = $state.raw<ComparisonState | null>(null)
  #loaded = $state.raw<LoadedPairs | null>(null)
  #totalPairs = $state(0)
  #differencesOnly = $state(false)
  #error = $state.raw<ErrorShape | null>(null)
  #wanted = { first: 0, count: 0 }
  #loading = false
  #starts = 0
  #unsubscribe: (() => void) | null = null

  constructor(link: Link) {
    this.#link = link
  }

  /** Null before the first comparison. */
  get state(): ComparisonState | null {
    return this.#state
  }

  get error(): ErrorShape | null {
    return this.#error ?? this.#state?.error ?? null
  }

  /** Pairs that the list has, as far as is known. */
  get totalPairs(): number {
    return this.#totalPairs
  }

  get differencesOnly(): boolean {
    return this.#differencesOnly
  }

  /** A pair of the list; null while it is not read. */
  pairAt(index: number): ComparedPair | null {
    const loaded = this.#loaded
    return loaded?.pairs[index - loaded.first] ?? null
  }

  /** Begins a comparison in place of the one before. */
  async start(direction: Direction, left: ComparedSide, right: ComparedSide): Promise<void> {
    await this.stop()
    const mine = this.#starts
    this.#error = null
    try {
      const state = await this.#link.call('comparison.start', { direction, left, right })
      if (mine !== this.#starts) {
        await this.#link.call('comparison.close', { comparisonId: state.comparisonId })
        return
      }
      this.#state = state
      this.#unsubscribe = this.#link.subscribe('comparison.changed', state.comparisonId, (changed) => {
        this.#state = changed
        void this.#load()
      })
      await this.#load()
    } catch (thrown) {
      if (mine === this.#starts) this.#error = toErrorShape(thrown)
    }
  }

  /** Ends the comparison and forgets its pairs. */
  async stop(): Promise<void> {
    this.#starts += 1
    const comparisonId = this.#state?.comparisonId
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.#state = null
    this.#loaded = null
    this.#totalPairs = 0
    if (comparisonId === undefined || this.#link.gone) return
    try {
      await this.#link.call('comparison.close', { comparisonId })
    } catch (thrown) {
      // The engine was started again and has forgotten it by itself.
      if (toErrorShape(thrown).code !== 'comparison-not-found') this.#error = toErrorShape(thrown)
    }
  }

  showDifferencesOnly(differencesOnly: boolean): void {
    this.#differencesOnly = differencesOnly
    this.#loaded = null
    void this.#load()
  }

  /** Tells which pairs are in view. */
  want(first: number, count: number): void {
    this.#wanted = { first, count: Math.min(count, maximumPairsAtOnce) }
    if (!this.#covers()) void this.#load()
  }

  #covers(): boolean {
    const loaded = this.#loaded
    const { first, count } = this.#wanted
    const end = Math.min(this.#totalPairs, first + count)
    return loaded !== null && first >= loaded.first && end <= loaded.first + loaded.pairs.length
  }

  async #load(): Promise<void> {
    if (this.#loading) return
    this.#loading = true
    try {
      do await this.#loadOnce()
      while (this.#state !== null && this.#error === null && !this.#covers())
    } finally {
      this.#loading = false
    }
  }

  async #loadOnce(): Promise<void> {
    const mine = this.#starts
    const comparisonId = this.#state?.comparisonId
    if (comparisonId === undefined) return
    const differencesOnly = this.#differencesOnly
    const margin = Math.min(marginPairs, Math.floor((maximumPairsAtOnce - this.#wanted.count) / 2))
    const first = Math.max(0, this.#wanted.first - margin)
    const count = Math.max(1, this.#wanted.count + margin * 2)
    try {
      const kinds = differencesOnly ? [...differentKinds] : null
      const answer = await this.#link.call('comparison.pairs', { comparisonId, first, count, kinds })
      if (mine !== this.#starts || differencesOnly !== this.#differencesOnly) return
      this.#state = answer.state
      this.#totalPairs = answer.totalPairs
      this.#loaded = { first, pairs: answer.pairs }
    } catch (thrown) {
      if (mine === this.#starts) this.#error = toErrorShape(thrown)
    }
  }
}
