import { formatCount } from './quantities.ts'

/** A duration for people: `12 µs`, `0.4 ms`, `77.7 ms`, `2.32 s`, `3 min 5 s`, `2 h 3 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0.1) return `${(milliseconds * 1000).toFixed(0)} µs`
  if (milliseconds < 99.95) return `${milliseconds.toFixed(1).replace(/\.0$/, '')} ms`
  if (milliseconds < 999.5) return `${milliseconds.toFixed(0)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const wholeSeconds = Math.round(seconds)
  if (wholeSeconds < 3600) return `${Math.floor(wholeSeconds / 60)} min ${wholeSeconds % 60} s`
  const wholeMinutes = Math.round(wholeSeconds / 60)
  return `${formatCount(Math.floor(wholeMinutes / 60))} h ${wholeMinutes % 60} min`
}
