const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** When something began, short: `09:41` today, else `3 Nov`. `unixUs` is Unix time in microseconds. */
export function formatShortMoment(unixUs: number, now: Date): string {
  const moment = new Date(unixUs / 1000)
  return moment.toDateString() === now.toDateString() ? clock.format(moment) : day.format(moment)
}

/** Date and time in full. `unixUs` is Unix time in microseconds. */
export function formatMoment(unixUs: number): string {
  return full.format(new Date(unixUs / 1000))
}

const seconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** The time of day with seconds: `09:41:07`. `unixUs` is Unix time in microseconds. */
export function formatClock(unixUs: number): string {
  return seconds.format(new Date(unixUs / 1000))
}

/** A date that sorts: `2027-03-02`, in UTC as certificates have it. `unixMs` is Unix time in milliseconds. */
export function formatDay(unixMs: number): string {
  const date = new Date(unixMs)
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString().slice(0, 10)
}

/** How long something waits: `500 ms`, `1.5 s`, `2 min`. */
export function formatWait(waitMs: number): string {
  if (waitMs < 1000) return `${Math.round(waitMs)} ms`
  if (waitMs < 60_000) return `${Number((waitMs / 1000).toFixed(1))} s`
  return `${Number((waitMs / 60_000).toFixed(1))} min`
}
