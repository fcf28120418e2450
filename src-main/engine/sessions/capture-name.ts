/** Longest name that `capture.rename` takes. */
const longestName = 120

/** The name of a session's capture: its title and the local time, such as `Echo 2026-11-20 09:30:05`. */
export function captureNameOf(title: string, unixMicroseconds: number): string {
  const date = new Date(unixMicroseconds / 1000)
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${title.slice(0, longestName - time.length - 1).trimEnd()} ${time}`
}
