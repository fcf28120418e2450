/**
 * The 4 bytes of an IPv4 address, or the 16 of an IPv6 address (RFC 4291 section 2.2) without its zone; 4 for an IPv4 address
 * mapped into IPv6, because that is what was on the wire. Null for what is no address.
 */
export function addressBytes(address: string): Uint8Array | null {
  const plain = address.split('%')[0] ?? ''
  return plain.includes(':') ? ipv6Bytes(plain) : ipv4Bytes(plain)
}

function ipv4Bytes(text: string): Uint8Array | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null
  return Uint8Array.from(parts, Number)
}

function ipv6Bytes(text: string): Uint8Array | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = groupsOf(halves[0] ?? '')
  const tail = groupsOf(halves[1] ?? '')
  if (head === null || tail === null) return null
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return null
  const bytes = new Uint8Array(16)
  bytes.set(head)
  bytes.set(tail, 16 - tail.length)
  return isMapped(bytes) ? bytes.slice(12) : bytes
}

/** Bytes of groups between colons, the last maybe a dotted quad. */
function groupsOf(text: string): number[] | null {
  if (text === '') return []
  const bytes: number[] = []
  for (const part of text.split(':')) {
    const quad = part.includes('.') ? ipv4Bytes(part) : null
    if (quad !== null) bytes.push(...quad)
    else if (/^[\da-f]{1,4}$/i.test(part)) {
      const group = Number.parseInt(part, 16)
      bytes.push(group >>> 8, group & 0xff)
    } else return null
  }
  return bytes
}

/** `::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2. */
function isMapped(bytes: Uint8Array): boolean {
  return bytes.every((byte, at) => at >= 12 || byte === (at < 10 ? 0 : 0xff))
}
