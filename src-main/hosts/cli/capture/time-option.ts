import { usageError } from '../command-line.ts'

/** A moment of a capture as an option names it: seconds since its beginning, or a time of the calendar. */
export type CaptureMoment =
  | { readonly kind: 'since-start'; readonly ns: number }
  /** Unix time in whole seconds, and what is beyond. */
  | { readonly kind: 'calendar'; readonly unixSeconds: number; readonly ns: number }

const secondsSinceStart = /^(\d{1,9})(?:\.(\d{1,9}))?s?$/
const calendarTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/

/** Reads `12.5` (seconds) or `2026-12-01T09:41:07.123456789Z`. Errors: `usage`. */
export function parseMoment(option: string, text: string): CaptureMoment {
  const since = secondsSinceStart.exec(text)
  if (since !== null) return { kind: 'since-start', ns: Number(since[1]) * 1e9 + nanoseconds(since[2]) }
  const calendar = calendarTime.exec(text)
  const unixMs = calendar === null ? Number.NaN : Date.parse(`${calendar[1] ?? ''}${calendar[3] ?? ''}`)
  if (Number.isNaN(unixMs)) {
    throw usageError(
      `--${option} must be seconds since the beginning (12.5) or a time (2026-12-01T09:41:07.5Z), not "${text}".`,
    )
  }
  return { kind: 'calendar', unixSeconds: unixMs / 1000, ns: nanoseconds(calendar?.[2]) }
}

/**
 * Nanoseconds since a capture began that was begun at a Unix time; 0 for what is before, and the last time that a record can
 * have (after 104 days) for what is behind it.
 */
export function sinceStartNs(moment: CaptureMoment, startedAtUnixUs: number): number {
  if (moment.kind === 'since-start') return Math.min(Number.MAX_SAFE_INTEGER, moment.ns)
  const startSecond = Math.floor(startedAtUnixUs / 1e6)
  const startNs = (startedAtUnixUs - startSecond * 1e6) * 1000
  const sinceNs = (moment.unixSeconds - startSecond) * 1e9 + moment.ns - startNs
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, sinceNs))
}

const nanoseconds = (fraction = ''): number => Number(fraction.padEnd(9, '0'))
