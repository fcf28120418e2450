import type { RunSnapshot } from '../../../src-main/contract/schemas/sequence.ts'
import { echoWords as words } from '../../strings/echo-check.ts'

/** Pieces that are drawn; of a long message with a small read size there are thousands. */
const shownPieces = 24

/** What an echo check found, in words. */
export interface EchoReport {
  readonly state: keyof typeof words.states
  /** One sentence each. Empty while it is at work and all is well. */
  readonly sentences: readonly string[]
  readonly pieces: string
  /** What else went wrong; null where the sentences say it all. */
  readonly error: { readonly message: string; readonly code: string } | null
}

/** The result of a check that has ended, or how far one is. A difference is told as soon as it is seen. */
export function echoReport(run: RunSnapshot, echo: NonNullable<RunSnapshot['echo']>): EchoReport {
  const pieces = echo.pieces.length === 0 ? words.noPieces : pieceList(echo.pieces)
  const difference = echo.differsAt === null ? [] : [words.differsAt(echo.differsAt)]
  const error = run.error === null ? null : { message: run.error.message, code: run.error.code }
  if (run.state === 'running' || run.state === 'paused') {
    return { state: 'running', sentences: difference, pieces, error }
  }
  const isComplete = echo.receivedBytes >= echo.expectedBytes
  const surplus = echo.surplusBytes > 0 ? [words.surplus(echo.surplusBytes)] : []
  if (isComplete) {
    const same = echo.differsAt === null ? [words.unchanged(echo.expectedBytes)] : difference
    return { state: echo.differsAt === null ? 'complete' : 'differs', sentences: [...same, ...surplus], pieces, error }
  }
  const missing = howItFellShort(run, echo)
  const soFar = difference.length === 0 && echo.receivedBytes > 0 ? [words.unchangedSoFar] : difference
  return {
    state: run.state === 'stopped' ? 'stopped' : 'early',
    sentences: [missing, ...soFar],
    pieces,
    error: run.error !== null && saidAlready.has(run.error.code) ? null : error,
  }
}

/** These errors say what the sentence says with the numbers. */
const saidAlready: ReadonlySet<string> = new Set(['closed-early', 'read-incomplete', 'wait-timeout'])

function howItFellShort(run: RunSnapshot, echo: NonNullable<RunSnapshot['echo']>): string {
  const { receivedBytes, expectedBytes } = echo
  if (echo.peerClosed) return words.peerClosed(receivedBytes, expectedBytes)
  const timeoutMs = run.error?.code === 'wait-timeout' ? run.error.data.timeoutMs : undefined
  if (typeof timeoutMs === 'number') return words.timedOut(receivedBytes, expectedBytes, timeoutMs)
  return words.incomplete(receivedBytes, expectedBytes)
}

function pieceList(pieces: readonly number[]): string {
  return words.pieceList(pieces.slice(0, shownPieces), Math.max(0, pieces.length - shownPieces))
}
