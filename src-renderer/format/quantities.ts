const unitNames = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** A number of bytes with three significant digits and decimal units: `0 B`, `4.2 kB`, `1.83 GB`. */
export function formatByteCount(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < unitNames.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  const text = value.toFixed(digits)
  return `${digits > 0 ? text.replace(/\.?0+$/, '') : text} ${unitNames[unit] ?? 'B'}`
}

/** Bytes in a second: `214 MB/s`. */
export function formatByteRate(bytesPerSecond: number): string {
  return `${formatByteCount(Math.round(bytesPerSecond))}/s`
}

const grouped = new Intl.NumberFormat('en-US')

/** A count in full, with thousands grouped: `1,204,118`. */
export function formatCount(count: number): string {
  return grouped.format(count)
}

/** A count made short for a narrow place: `812`, `2.1 M`. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return formatCount(count)
  if (count < 999_500) return `${(count / 1000).toFixed(count < 99_950 ? 1 : 0)} k`
  if (count < 999_500_000) return `${(count / 1_000_000).toFixed(count < 99_950_000 ? 1 : 0)} M`
  return `${(count / 1_000_000_000).toFixed(1)} G`
}

/** `1 client`, `2 clients`. */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
