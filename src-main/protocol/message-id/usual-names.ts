/** Where identifiers usually stand, the likeliest first. */
export const usualIdentifierNames = ['id', 'method', 'type', 'cmd', 'name', 'event'] as const

/** Longest identifier in UTF-16 units. */
const longestIdentifier = 200

export function cutIdentifier(text: string): string {
  return text.length > longestIdentifier ? text.slice(0, longestIdentifier) : text
}
