/** Longest text that is copied without asking whether it is part of a longer one. */
const shortUnits = 12

/**
 * The beginning of a text, at most so many UTF-16 units, never half a pair. It has memory of its own: the text may be a small part
 * of a large message, which would stay in memory with it.
 */
export function cutText(text: string, maximumUnits: number): { readonly text: string; readonly isWhole: boolean } {
  if (text.length <= maximumUnits) return { text: text.length <= shortUnits ? text : ownCopy(text), isWhole: true }
  return { text: ownCopy(text.slice(0, wholeUnits(text, maximumUnits))), isWhole: false }
}

/** The beginning of a text for a glance; shares memory with it. */
export function previewOf(text: string, maximumUnits: number): string {
  return text.length <= maximumUnits ? text : text.slice(0, wholeUnits(text, maximumUnits))
}

function wholeUnits(text: string, maximumUnits: number): number {
  const last = maximumUnits === 0 ? 0 : text.charCodeAt(maximumUnits - 1)
  return last >= 0xd800 && last < 0xdc00 ? maximumUnits - 1 : maximumUnits
}

/** Joining copies the text; what is cut from the joined one refers to that alone. */
function ownCopy(text: string): string {
  return ` ${text}`.slice(1)
}
