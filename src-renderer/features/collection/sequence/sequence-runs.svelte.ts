import { SvelteMap } from 'svelte/reactivity'
import type { RunSnapshot, SequenceStep } from '../../../../src-main/contract/schemas/sequence.ts'
import type { SessionState } from '../../../state/session-state.svelte.ts'
import type { Workbench } from '../../../state/workbench.svelte.ts'
import { stepSentence } from './step-sentence.ts'

/** A run of a sequence with what was told of it last. */
export interface SequenceRun {
  readonly run: RunSnapshot
  readonly sessionTitle: string
  /** The steps in words, as they were when it was started. */
  readonly sentences: readonly string[]
  readonly rounds: number | null
}

/** The last run of every sequence, by its entry: it stays readable when the session has another run or is gone. */
class SequenceRuns {
  readonly #runs = new SvelteMap<string, SequenceRun>()

  /** The last run that this window started or saw; null when there was none. */
  of(entryId: string): SequenceRun | null {
    return this.#runs.get(entryId) ?? null
  }

  keep(entryId: string, run: SequenceRun): void {
    this.#runs.set(entryId, run)
  }
}

const kept = new WeakMap<Workbench, SequenceRuns>()

/**
 * The runs of a window's sequences. Made on first sight, which has to be outside of anything derived: what is derived does not
 * follow state that it made itself.
 */
export function sequenceRunsOf(workbench: Workbench): SequenceRuns {
  const known = kept.get(workbench)
  if (known !== undefined) return known
  const made = new SequenceRuns()
  kept.set(workbench, made)
  return made
}

/** Starts a sequence on a session. Errors: those of `run.start`. */
export async function runSequence(
  workbench: Workbench,
  session: SessionState,
  sequence: { readonly entryId: string; readonly name: string; readonly steps: readonly SequenceStep[] },
  rounds: number | null = 1,
): Promise<void> {
  const { entryId, name, steps } = sequence
  const plan = { kind: 'sequence' as const, steps: [...steps], rounds }
  const run = await workbench.runs.startRun({ sessionId: session.sessionId, title: name, plan })
  const nameOf = (id: string): string | null => workbench.collection.find(id)?.name ?? null
  const sentences = steps.map((step) => stepSentence(step, nameOf))
  sequenceRunsOf(workbench).keep(entryId, { run, sessionTitle: session.title, sentences, rounds })
}

/**
 * Takes what the engine told of a sequence's run since. A run of that name that another window started, or this one before
 * it was loaded anew, is taken up where it has as many steps.
 */
export function followRun(workbench: Workbench, entryId: string, name: string, sentences: readonly string[]): void {
  const known = sequenceRunsOf(workbench).of(entryId)
  if (known !== null) {
    const live = workbench.runs.ofSession(known.run.sessionId)
    if (live?.runId === known.run.runId && live !== known.run)
      sequenceRunsOf(workbench).keep(entryId, { ...known, run: live })
    return
  }
  for (const session of workbench.sessions.all) {
    const run = workbench.runs.ofSession(session.sessionId)
    if (run?.kind !== 'sequence' || run.title !== name || run.stepCount !== sentences.length) continue
    sequenceRunsOf(workbench).keep(entryId, { run, sessionTitle: session.title, sentences, rounds: null })
    return
  }
}
