import type { CollectionEntry } from '../../../../src-main/contract/schemas/collection.ts'
import { maximumSequenceSteps, type SequenceStep } from '../../../../src-main/contract/schemas/sequence.ts'
import { codedProblems, readStep, type StepProblems, type StepReading } from './read-step.ts'
import { copyOfDraft, draftOfStep, emptyStep, type StepDraft } from './step-draft.ts'

/** The steps of a sequence while they are edited. Every getter is reactive. */
export class SequenceDraft {
  #base = $state.raw<CollectionEntry | null>(null)
  #steps = $state.raw<readonly StepDraft[]>([])
  #unchanged = $state.raw<readonly StepDraft[]>([])
  #shown = $state.raw<ReadonlySet<number>>(new Set())
  readonly #isMessage: (entryId: string) => boolean
  readonly #readings = $derived.by(() => new Map(this.#steps.map((step) => [step.key, this.#read(step)])))

  /** Begins from what is saved; `entry` is null only where it was deleted just now. */
  constructor(entry: CollectionEntry | null, isMessage: (entryId: string) => boolean) {
    this.#isMessage = isMessage
    if (entry !== null) this.take(entry)
  }

  /** The entry as it was when it was taken or saved last; null when there never was one. */
  get base(): CollectionEntry | null {
    return this.#base
  }

  get steps(): readonly StepDraft[] {
    return this.#steps
  }

  /** Something differs from what is saved. */
  get changed(): boolean {
    return this.#steps !== this.#unchanged && JSON.stringify(this.#steps) !== JSON.stringify(this.#unchanged)
  }

  get isFull(): boolean {
    return this.#steps.length >= maximumSequenceSteps
  }

  /** The step of a draft, or what is wrong with it. */
  reading(step: StepDraft): StepReading {
    return this.#readings.get(step.key) ?? this.#read(step)
  }

  /**
   * What is wrong and should be shown: what is malformed at once, what is merely missing after a field of the step was left,
   * or an attempt to save or run.
   */
  shownProblems(step: StepDraft): StepProblems {
    const reading = this.reading(step)
    if (reading.ok) return {}
    return this.#shown.has(step.key) ? reading.problems : codedProblems(reading.problems)
  }

  /** All steps, or null (and every problem shown) when something is wrong. */
  submit(): SequenceStep[] | null {
    this.#shown = new Set(this.#steps.map(({ key }) => key))
    const readings = this.#steps.map((step) => this.reading(step))
    const steps = readings.flatMap((reading) => (reading.ok ? [reading.step] : []))
    return steps.length === readings.length ? steps : null
  }

  /** The first step that is wrong. */
  get firstWrong(): StepDraft | null {
    return this.#steps.find((step) => !this.reading(step).ok) ?? null
  }

  /** Begins from what is saved. */
  take(entry: CollectionEntry): void {
    this.#base = entry
    this.#steps = entry.item.kind === 'sequence' ? entry.item.steps.map(draftOfStep) : []
    this.#unchanged = this.#steps
    this.#shown = new Set()
  }

  /** What is here was saved as this. */
  savedAs(entry: CollectionEntry): void {
    this.#base = entry
    this.#unchanged = this.#steps
  }

  /** Only the name, folder, tags or notes are new: the steps here stay as they are. */
  follow(entry: CollectionEntry): void {
    this.#base = entry
  }

  leave(key: number): void {
    this.#shown = new Set([...this.#shown, key])
  }

  add(kind: SequenceStep['kind']): StepDraft {
    const step = emptyStep(kind)
    this.#steps = [...this.#steps, step]
    return step
  }

  change(step: StepDraft): void {
    this.#steps = this.#steps.map((other) => (other.key === step.key ? step : other))
  }

  duplicate(key: number): StepDraft | null {
    const index = this.#steps.findIndex((step) => step.key === key)
    const original = this.#steps[index]
    if (original === undefined || this.isFull) return null
    const copy = copyOfDraft(original)
    this.#steps = this.#steps.toSpliced(index + 1, 0, copy)
    return copy
  }

  /** Answers what puts it back. */
  remove(key: number): () => void {
    const index = this.#steps.findIndex((step) => step.key === key)
    const removed = this.#steps[index]
    if (removed === undefined) return () => undefined
    this.#steps = this.#steps.toSpliced(index, 1)
    return () => {
      this.#steps = this.#steps.toSpliced(Math.min(index, this.#steps.length), 0, removed)
    }
  }

  /** Moves a step to a place among the others. */
  moveTo(key: number, index: number): void {
    const moved = this.#steps.find((step) => step.key === key)
    if (moved === undefined) return
    const others = this.#steps.filter((step) => step.key !== key)
    this.#steps = others.toSpliced(Math.max(0, Math.min(others.length, index)), 0, moved)
  }

  #read(step: StepDraft): StepReading {
    return readStep(step, this.#isMessage)
  }
}
