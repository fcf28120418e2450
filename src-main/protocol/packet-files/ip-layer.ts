import { networkOrder } from './byte-order.ts'
import type { IpFragments } from './ip-fragments.ts'

/** The content of an IP datagram. */
export interface IpContent {
  readonly family: 'ipv4' | 'ipv6'
  readonly protocol: number
  /** The addresses, 4 or 16 bytes each. */
  readonly source: Uint8Array
  readonly destination: Uint8Array
  /** As far as it was captured. */
  readonly content: Uint8Array
  /** How long it was on the wire. */
  readonly originalLength: number
}

/** Why a packet gave no content: it is no IP, it is damaged or cut within its header, or it waits for other fragments. */
export type IpRefusal = 'not-ip' | 'malformed' | 'fragment'

const maximumExtensionHeaders = 16
const extensionHeader = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destination: 60,
  mobility: 135,
  hostIdentity: 139,
  shim6: 140,
} as const
const skippedExtensions: ReadonlySet<number> = new Set([
  extensionHeader.hopByHop,
  extensionHeader.routing,
  extensionHeader.destination,
  extensionHeader.mobility,
  extensionHeader.hostIdentity,
  extensionHeader.shim6,
])

/** A packet and where its IP header begins. */
export interface IpPlace {
  readonly bytes: Uint8Array
  readonly start: number
  /** Bytes that the packet had on the wire: an IP header cannot claim more. */
  readonly wireLength: number
}

/** Reads the IP header, options and extension headers included, and puts fragments together. */
export function readIp(place: IpPlace, fragments: IpFragments): IpContent | IpRefusal {
  const version = (place.bytes[place.start] ?? 0) >> 4
  if (version === 4) return readIpv4(place, fragments)
  if (version === 6) return readIpv6(place, fragments)
  return 'not-ip'
}

/** RFC 791, section 3.1. */
function readIpv4({ bytes, start, wireLength }: IpPlace, fragments: IpFragments): IpContent | IpRefusal {
  const headerLength = ((bytes[start] ?? 0) & 0x0f) * 4
  if (headerLength < 20 || start + headerLength > bytes.length) return 'malformed'
  // Zero where the network card was to fill it in: then all of the packet counts.
  const claimedLength = networkOrder.uint16(bytes, start + 2) || Infinity
  const totalLength = Math.min(claimedLength, wireLength - start)
  if (totalLength < headerLength) return 'malformed'
  const source = bytes.subarray(start + 12, start + 16)
  const destination = bytes.subarray(start + 16, start + 20)
  const protocol = bytes[start + 9] ?? 0
  const content = bytes.subarray(start + headerLength, start + totalLength)
  const originalLength = totalLength - headerLength
  const packet: IpContent = { family: 'ipv4', protocol, source, destination, content, originalLength }
  const fragmentField = networkOrder.uint16(bytes, start + 6)
  const offset = (fragmentField & 0x1fff) * 8
  const hasMore = (fragmentField & 0x2000) !== 0
  if (offset === 0 && !hasMore) return packet
  return joined(packet, fragments, offset, hasMore, networkOrder.uint16(bytes, start + 4))
}

/** RFC 8200, sections 3 and 4; the authentication header is RFC 4302. */
function readIpv6({ bytes, start, wireLength }: IpPlace, fragments: IpFragments): IpContent | IpRefusal {
  if (start + 40 > bytes.length) return 'malformed'
  // Zero for a jumbogram (RFC 2675).
  const payloadLength = networkOrder.uint16(bytes, start + 4) || Infinity
  const end = Math.min(start + 40 + payloadLength, wireLength)
  const source = bytes.subarray(start + 8, start + 24)
  const destination = bytes.subarray(start + 24, start + 40)
  let protocol = bytes[start + 6] ?? 0
  let at = start + 40
  for (let count = 0; count < maximumExtensionHeaders; count++) {
    const isFragment = protocol === extensionHeader.fragment
    const isAuthentication = protocol === extensionHeader.authentication
    if (!isFragment && !isAuthentication && !skippedExtensions.has(protocol)) {
      const content = bytes.subarray(at, end)
      return { family: 'ipv6', protocol, source, destination, content, originalLength: end - at }
    }
    if (at + 8 > Math.min(end, bytes.length)) return 'malformed'
    protocol = bytes[at] ?? 0
    if (isFragment) {
      const field = networkOrder.uint16(bytes, at + 2)
      const identification = networkOrder.uint32(bytes, at + 4)
      at += 8
      const content = bytes.subarray(at, end)
      const packet: IpContent = { family: 'ipv6', protocol, source, destination, content, originalLength: end - at }
      const offset = field & 0xfff8
      const hasMore = (field & 1) !== 0
      if (offset !== 0 || hasMore) return joined(packet, fragments, offset, hasMore, identification)
    } else at += isAuthentication ? ((bytes[at + 1] ?? 0) + 2) * 4 : ((bytes[at + 1] ?? 0) + 1) * 8
    if (at > end) return 'malformed'
  }
  return 'malformed'
}

function joined(
  packet: IpContent,
  fragments: IpFragments,
  offset: number,
  hasMore: boolean,
  identification: number,
): IpContent | IpRefusal {
  // A fragment that was not captured whole leaves a hole that nothing fills.
  if (packet.content.length < packet.originalLength) return 'fragment'
  const { source, destination, protocol, content } = packet
  const key = `${identification}.${protocol}.${source.join('.')}.${destination.join('.')}`
  const whole = fragments.accept({ key, offset, isLast: !hasMore, content })
  return whole === null ? 'fragment' : { ...packet, content: whole, originalLength: whole.length }
}
