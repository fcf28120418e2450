const suffixAlphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
const suffixLength = 6
const longestSlug = 48

/** Part of a name that is safe in file names: lower-case ASCII letters and digits joined by `-`, may be empty. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, longestSlug)
    .replace(/-+$/, '')
}

/** A new identifier: the slug of the first name and six random characters. `randomIndex(n)` gives 0 to n - 1. */
export function makeIdentifier(name: string, fallback: string, randomIndex: (below: number) => number): string {
  let suffix = ''
  for (let index = 0; index < suffixLength; index++) suffix += suffixAlphabet.charAt(randomIndex(suffixAlphabet.length))
  return `${slugOf(name) || fallback}-${suffix}`
}
