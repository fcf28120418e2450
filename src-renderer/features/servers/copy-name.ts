/** A name for a copy: the given one with the first number behind it that nothing has yet. */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  const stem = name.replace(/ \d+$/, '').slice(0, 100)
  for (let number = 2; ; number += 1) {
    const candidate = `${stem} ${number}`
    if (!taken.has(candidate)) return candidate
  }
}
