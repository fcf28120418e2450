import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { ComparedSide } from '../../../src-main/contract/schemas/comparison.ts'
import { parseFramingSpec } from '../../../src-main/protocol/framing/framing-spec.ts'
import { comparisonWords as words } from '../../strings/comparison.ts'

/** What is typed about a comparison of captures. */
export interface ComparisonSetup {
  readonly leftCaptureId: string
  readonly rightCaptureId: string
  /** Numbers of connections, or nothing for all. */
  readonly leftConnection: string
  readonly rightConnection: string
  readonly framing: 'kept' | 'spec'
  readonly framingSpec: string
}

/** What is wrong with it, by field. */
export interface SetupProblems {
  readonly leftConnection: string | null
  readonly rightConnection: string | null
  readonly framingSpec: string | null
}

/** Both sides as the engine takes them, or null with what is wrong. */
export function sidesOf(setup: ComparisonSetup): {
  readonly sides: { readonly left: ComparedSide; readonly right: ComparedSide } | null
  readonly problems: SetupProblems
} {
  const left = connectionOf(setup.leftConnection)
  const right = connectionOf(setup.rightConnection)
  const { framing, problem } = framingOf(setup)
  const problems = {
    leftConnection: left === undefined ? words.connectionWrong : null,
    rightConnection: right === undefined ? words.connectionWrong : null,
    framingSpec: problem,
  }
  if (left === undefined || right === undefined || problem !== null) return { sides: null, problems }
  const side = (captureId: string, connection: number | null): ComparedSide => ({ captureId, connection, framing })
  return { sides: { left: side(setup.leftCaptureId, left), right: side(setup.rightCaptureId, right) }, problems }
}

/** Null for all connections, undefined for what is no number of one. */
function connectionOf(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return null
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : undefined
}

function framingOf({ framing, framingSpec }: ComparisonSetup): {
  readonly framing: ComparedSide['framing']
  readonly problem: string | null
} {
  if (framing === 'kept') return { framing: null, problem: null }
  try {
    return { framing: parseFramingSpec(framingSpec.trim()), problem: null }
  } catch (thrown) {
    if (!(thrown instanceof WirebenchError)) throw thrown
    return { framing: null, problem: thrown.message }
  }
}
