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
