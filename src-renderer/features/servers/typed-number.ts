/** The number that was typed, with digits, a decimal point and an exponent; NaN, which no schema takes, for anything else. */
export function numberOf(text: string): number {
  const plain = text.trim().replaceAll('_', '')
  return /^\d{1,16}(?:\.\d{1,30})?(?:e[+-]?\d{1,3})?$/i.test(plain) ? Number(plain) : Number.NaN
}

/** As `numberOf`, without a point. */
export function wholeNumberOf(text: string): number {
  const value = numberOf(text)
  return Number.isInteger(value) ? value : Number.NaN
}

/** A number as it is shown in a field; nothing for null. */
export function textOf(value: number | null): string {
  return value === null ? '' : String(value)
}
