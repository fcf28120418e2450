import type { ConnectionAddress } from './connection-inputs.ts'

const octet = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/
const group = /^[\da-f]{1,4}$/i
const zone = /^[\w.:-]+$/
const groupsOfIpv6 = 8

/**
 * The address that a host stands for when it is one already, so that there is nothing to look up: an IPv4 dotted quad
 * or an IPv6 address (RFC 4291, section 2.2), which may name its zone (`fe80::1%eth0`); either may stand in brackets.
 * Null for anything else. An octet with leading zeros is no decimal number to every system, so it is no address.
 */
export function ipLiteral(host: string): ConnectionAddress | null {
  const address = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  if (isIpv4(address)) return { address, family: 'ipv4' }
  return isIpv6(address) ? { address, family: 'ipv6' } : null
}

function isIpv4(text: string): boolean {
  const octets = text.split('.')
  return octets.length === 4 && octets.every((part) => octet.test(part))
}

function isIpv6(text: string): boolean {
  const zoneStart = text.indexOf('%')
  if (zoneStart >= 0 && !zone.test(text.slice(zoneStart + 1))) return false
  const [head = '', tail, ...more] = (zoneStart < 0 ? text : text.slice(0, zoneStart)).split('::')
  if (more.length > 0) return false
  if (tail === undefined) return groupCount(head, true) === groupsOfIpv6
  return countOrNone(head, false) + countOrNone(tail, true) < groupsOfIpv6
}

/** Beside `::` nothing may stand. */
function countOrNone(text: string, isLast: boolean): number {
  return text === '' ? 0 : groupCount(text, isLast)
}

/** Groups of 16 bits, the last two of an address maybe as a dotted quad; not a number when it is no run of groups. */
function groupCount(text: string, isLast: boolean): number {
  const parts = text.split(':')
  const endsWithQuad = isLast && isIpv4(parts.at(-1) ?? '')
  const groups = endsWithQuad ? parts.slice(0, -1) : parts
  return groups.every((part) => group.test(part)) ? groups.length + (endsWithQuad ? 2 : 0) : Number.NaN
}
