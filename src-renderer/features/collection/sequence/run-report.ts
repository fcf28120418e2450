import { formatDuration } from '../../../format/durations.ts'
import { runWords as words } from '../../../strings/sequences.ts'
import type { SequenceRun } from './sequence-runs.svelte.ts'

/** A step of a run as shown. */
export interface StepReport {
  readonly number: number
  readonly sentence: string
  readonly state: 'sent' | 'matched' | 'paused' | 'timed-out' | 'failed' | 'at-work' | 'not-reached'
  readonly words: string
  /** Null where it has not ended. */
  readonly time: string | null
  readonly detail: string | null
  readonly error: { readonly message: string; readonly code: string } | null
}

/** Every step with what it did in the present round. */
export function reportSteps({ run, sentences }: SequenceRun): readonly StepReport[] {
  return sentences.map((sentence, index): StepReport => {
    const result = run.results.find(({ step }) => step === index)
    const error = run.error !== null && run.step === index ? { message: run.error.message, code: run.error.code } : null
    const step = { number: index + 1, sentence, error }
    if (result === undefined) {
      const atWork = run.state === 'running' && run.step === index
      const state = atWork ? 'at-work' : 'not-reached'
      return { ...step, state, words: atWork ? words.atWork : words.notReached, time: null, detail: null }
    }
    return {
      ...step,
      state: result.outcome,
      words: words.outcomes[result.outcome],
      time: formatDuration(result.elapsedMs),
      detail: result.detail === error?.message ? null : result.detail,
    }
  })
}

/** How far a run is, in one line. */
export function progressLine({ run, rounds, sessionTitle }: SequenceRun): string {
  const step = run.state === 'done' ? [] : [words.step(run.step + 1, run.stepCount)]
  return [
    ...(rounds === 1 ? [] : [words.round(run.round + 1, rounds)]),
    ...step,
    words.sent(String(run.sentCount)),
    formatDuration(run.elapsedMs),
    words.on(sessionTitle),
  ].join(', ')
}

/** The whole of a run as text, to be kept elsewhere. */
export function reportText(shown: SequenceRun): string {
  const { run } = shown
  const lines = [`${run.title}: ${words.states[run.state]}, ${progressLine(shown)}`]
  for (const step of reportSteps(shown)) {
    lines.push(`${step.number}. ${step.sentence}: ${[step.words, step.time].filter(Boolean).join(', ')}`)
    if (step.detail !== null) lines.push(`   ${step.detail}`)
    if (step.error !== null) lines.push(`   ${step.error.message} (${step.error.code})`)
  }
  const captured = Object.entries(run.captured)
  if (captured.length > 0) lines.push(`${words.captured}:`)
  for (const [name, value] of captured) lines.push(`  ${name} = ${value}`)
  return `${lines.join('\n')}\n`
}
