/** `HOST:PORT`, with IPv6 addresses in brackets. */
export const addressText = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** `A`, `A and B`, `A, B and C`. */
export function listOf(words: readonly string[]): string {
  const head = words.slice(0, -1)
  const last = words.at(-1) ?? ''
  return head.length === 0 ? last : `${head.join(', ')} and ${last}`
}
