import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'

/** The silences that end messages, in milliseconds: nothing but time tells that these have ended. */
export function silencesMs({ sent, received }: Interpretation): readonly number[] {
  return [sent, received].flatMap(({ framing }) => (framing.kind === 'idle-gap' ? [framing.idleGapMs] : []))
}

/** One direction at least is cut into messages, or read by a decoder that a person chose. */
export function showsMessages({ sent, received }: Interpretation): boolean {
  return [sent, received].some(({ framing, decoder }) => framing.kind !== 'raw' || decoder.kind !== 'automatic')
}
