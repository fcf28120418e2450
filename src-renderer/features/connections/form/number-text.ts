/** The number when it is written as digits only; else the text, which no schema takes for a number. */
export function wholeNumberOf(text: string): number | string {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text
}

/** As `wholeNumberOf`, with a fraction behind a point allowed. */
export function decimalNumberOf(text: string): number | string {
  return /^\d{1,15}(\.\d{1,9})?$/.test(text.trim()) ? Number(text) : text
}

/** As `wholeNumberOf`; an empty text means that there is none. */
export function optionalNumberOf(text: string): number | string | null {
  return text.trim() === '' ? null : wholeNumberOf(text)
}

/** The text; null when it is empty. */
export function optionalTextOf(text: string): string | null {
  return text.trim() === '' ? null : text
}
