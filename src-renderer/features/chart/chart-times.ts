/** The local time of day of a place in a chart, as exact as `stepNs` asks for: `10:02`, `10:02:31`, `10:02:31.2`. */
export function formatChartTime(startedAtUnixUs: number, timeNs: number, stepNs: number): string {
  const unixUs = startedAtUnixUs + Math.floor(timeNs / 1000)
  const date = new Date(Math.floor(unixUs / 1000))
  const clock = [date.getHours(), date.getMinutes()].map(padded).join(':')
  if (stepNs >= 60e9) return clock
  const digits = Math.max(0, Math.min(6, Math.ceil(9 - Math.log10(stepNs))))
  const fraction = String(((unixUs % 1e6) + 1e6) % 1e6).padStart(6, '0')
  return `${clock}:${padded(date.getSeconds())}${digits === 0 ? '' : `.${fraction.slice(0, digits)}`}`
}

function padded(value: number): string {
  return String(value).padStart(2, '0')
}
