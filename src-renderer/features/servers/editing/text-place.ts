/** Where a line and a column, both from 1, are in a text, in UTF-16 units; null when they are none. */
export function offsetOf(text: string, line: unknown, column: unknown): number | null {
  if (typeof line !== 'number' || line < 1) return null
  let start = 0
  for (let passed = 1; passed < line; passed += 1) {
    const next = text.indexOf('\n', start)
    if (next < 0) return null
    start = next + 1
  }
  const end = text.indexOf('\n', start)
  const length = (end < 0 ? text.length : end) - start
  return start + Math.min(length, typeof column === 'number' ? Math.max(0, column - 1) : 0)
}
