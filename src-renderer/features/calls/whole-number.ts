/** The number when it is written as digits only; else null. */
export function wholeNumberOf(text: string): number | null {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : null
}
