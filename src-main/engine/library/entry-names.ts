const longestName = 120

/** Name of a duplicate: `X copy`, then `X copy 2`. `taken` are the names in its folder. */
export function duplicateName(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/ copy( \d+)?$/, '')
  return firstFree(base, taken, (number) => (number === 1 ? ' copy' : ` copy ${number}`))
}

/** The name itself, or `X (2)` and so on while it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  return firstFree(name, taken, (number) => (number === 1 ? '' : ` (${number})`))
}

function firstFree(base: string, taken: ReadonlySet<string>, suffixOf: (number: number) => string): string {
  for (let number = 1; ; number++) {
    const suffix = suffixOf(number)
    const candidate = shortened(base, longestName - suffix.length) + suffix
    if (!taken.has(candidate)) return candidate
  }
}

/** Cut without splitting a character in two. */
function shortened(text: string, maximumLength: number): string {
  if (text.length <= maximumLength) return text
  return text
    .slice(0, maximumLength)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()
}
