import { escapeBytes } from '../text/escapes.ts'

/** `HOST:PORT`, with IPv6 addresses in brackets. */
export const addressText = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** `A`, `A and B`, `A, B and C`. */
export function listOf(words: readonly string[]): string {
  const head = words.slice(0, -1)
  const last = words.at(-1) ?? ''
  return head.length === 0 ? last : `${head.join(', ')} and ${last}`
}

/** The beginning of what a server said, in quotes, its controls escaped; with an ellipsis when that is not all. */
export function quotedBytes(bytes: Uint8Array, most: number): string {
  return `“${escapeBytes(bytes.subarray(0, most))}${bytes.length > most ? '…' : ''}”`
}
