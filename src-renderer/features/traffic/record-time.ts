import { formatDuration } from '../../format/durations.ts'

/** Unix time in microseconds of a record that came `timeNs` nanoseconds after the capture began. */
export function recordUnixUs(startedAtUnixUs: number, timeNs: number): number {
  return startedAtUnixUs + Math.floor(timeNs / 1000)
}

/** The local time of day to the microsecond: `10:02:17.201 118`. */
export function formatTimeOfDay(unixUs: number): string {
  const date = new Date(Math.floor(unixUs / 1000))
  return `${clock(date)}.${padded(date.getMilliseconds(), 3)} ${padded(unixUs % 1000, 3)}`
}

/** Date, local time to the nanosecond and offset from UTC: `2026-11-20 10:02:17.201 118 042 +01:00`. */
export function formatExactTime(startedAtUnixUs: number, timeNs: number): string {
  const unixUs = recordUnixUs(startedAtUnixUs, timeNs)
  const date = new Date(Math.floor(unixUs / 1000))
  const day = `${date.getFullYear()}-${padded(date.getMonth() + 1, 2)}-${padded(date.getDate(), 2)}`
  const offsetMinutes = -date.getTimezoneOffset()
  const sign = offsetMinutes < 0 ? '-' : '+'
  const offset = Math.abs(offsetMinutes)
  const zone = `${sign}${padded(Math.floor(offset / 60), 2)}:${padded(offset % 60, 2)}`
  return `${day} ${formatTimeOfDay(unixUs)} ${padded(timeNs % 1000, 3)} ${zone}`
}

/** The time since the row before, short enough for its column: `+2.4 ms`, `+9m 18s`; empty for the first row. */
export function formatDelta(previousTimeNs: number | null, timeNs: number): string {
  if (previousTimeNs === null) return ''
  const differenceMs = (timeNs - previousTimeNs) / 1e6
  const duration = formatDuration(Math.abs(differenceMs))
    .replace(/ h (\d+) min$/, 'h $1m')
    .replace(/ min (\d+) s$/, 'm $1s')
  return `${differenceMs < 0 ? '-' : '+'}${duration}`
}

function clock(date: Date): string {
  return `${padded(date.getHours(), 2)}:${padded(date.getMinutes(), 2)}:${padded(date.getSeconds(), 2)}`
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
