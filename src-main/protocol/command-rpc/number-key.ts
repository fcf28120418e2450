/** The same for JSON numbers of the same value, such as `1`, `1.0` and `1e0`; others differ unless they are beyond 2^53 and no integer. */
export function numberKey(text: string): string {
  if (/^-?[1-9]\d*$/.test(text)) return text
  const value = Number(text)
  if (Number.isSafeInteger(value)) return String(value + 0)
  return text.toLowerCase()
}
