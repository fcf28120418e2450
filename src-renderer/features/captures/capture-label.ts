import type { CaptureSummary } from '../../../src-main/contract/schemas/capture.ts'
import { formatShortMoment } from '../../format/times.ts'
import { captureWords as words } from '../../strings/captures.ts'

/** The moment that the engine writes behind a session's title. */
const madeMoment = / \d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?( UTC)?$/

/** A capture's name without the moment it began, and that moment said short: `now`, `09:41`, `3 Nov`. */
export function labelCapture(
  capture: Pick<CaptureSummary, 'name' | 'live' | 'startedAtUnixUs'>,
  now: Date,
): { readonly name: string; readonly moment: string } {
  const name = capture.name.replace(madeMoment, '')
  return {
    name: name === '' ? capture.name : name,
    moment: capture.live ? words.live : formatShortMoment(capture.startedAtUnixUs, now),
  }
}
