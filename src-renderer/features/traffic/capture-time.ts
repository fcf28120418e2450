/** A time of a capture as people write it. */

const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  '': 1e9,
  s: 1e9,
  min: 60e9,
  m: 60e9,
  h: 3600e9,
}

const relative = /^\+\s*(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min|m|h|)$/i
const clock =
  /^(?:(\d{4})-(\d\d)-(\d\d)[ T]+)?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d[\d ]*\d|\d))?)?(?:\s*(Z|[+-]\d\d:\d\d))?$/

/**
 * Nanoseconds since the beginning of the capture that a text stands for; null when it is no time. `+1.5 s` counts from the
 * beginning. A time of day is local, as it is shown, with or without date; without one it is the first such time of the
 * capture. Times before the beginning are the beginning.
 */
export function parseCaptureTime(text: string, startedAtUnixUs: number, lastTimeNs: number): number | null {
  const trimmed = text.trim()
  const ahead = relative.exec(trimmed)
  if (ahead !== null) {
    const timeNs = Math.round(Number(ahead[1]) * (unitNs[(ahead[2] ?? '').toLowerCase()] ?? 1e9))
    return Number.isSafeInteger(timeNs) ? timeNs : null
  }
  const parts = clock.exec(trimmed)
  if (parts === null) return null
  const [, year, month, day, hours = '', minutes = '', seconds = '0', fraction = '', zone] = parts
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  const fractionText = fraction.replaceAll(' ', '')
  if (fractionText.length > 9) return null
  const fractionNs = Number(fractionText.padEnd(9, '0'))
  const began = new Date(Math.floor(startedAtUnixUs / 1000))
  const sinceBegin = (atMs: number): number => (atMs * 1000 - startedAtUnixUs) * 1000 + fractionNs
  if (year !== undefined && month !== undefined && day !== undefined) {
    const atMs = zone === undefined ? localMs(year, month, day) : Date.parse(`${year}-${month}-${day}T00:00:00${zone}`)
    return Number.isNaN(atMs) ? null : Math.max(0, sinceBegin(atMs + clockMs(hours, minutes, seconds)))
  }
  if (zone !== undefined) return null
  const ofDay = (dayNumber: number): number =>
    sinceBegin(
      new Date(
        began.getFullYear(),
        began.getMonth(),
        began.getDate() + dayNumber,
        Number(hours),
        Number(minutes),
        Number(seconds),
      ).getTime(),
    )
  // A capture may go over midnight: the first day on which the time lies within it.
  for (const dayNumber of [0, 1]) {
    const timeNs = ofDay(dayNumber)
    if (timeNs >= 0 && timeNs <= lastTimeNs) return timeNs
  }
  return Math.max(0, ofDay(0))
}

function localMs(year: string, month: string, day: string): number {
  return new Date(Number(year), Number(month) - 1, Number(day)).getTime()
}

function clockMs(hours: string, minutes: string, seconds: string): number {
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
}

/** A time since the beginning in full, as it can be typed: `+1.5 s`, `+0 s`. */
export function exactCaptureTime(timeNs: number): string {
  const whole = Math.floor(timeNs / 1e9)
  const fraction = String(timeNs % 1e9)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `+${whole}${fraction === '' ? '' : `.${fraction}`} s`
}
