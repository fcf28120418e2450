import { littleEndianOrder, networkOrder } from './byte-order.ts'

/** Link types as registered at tcpdump.org. */
export const linkType = {
  null: 0,
  ethernet: 1,
  /** Raw IP as some systems number it. */
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const

const etherType = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8, oldServiceVlan: 0x9100 }
const maximumVlanTags = 8
/** Address families that systems write in front of packets of their loopback interface: AF_INET and kinds of AF_INET6. */
const loopbackFamilies: ReadonlySet<number> = new Set([2, 10, 24, 28, 30])

/** Where the IP header begins in a packet; -1 when there is none; null when the link type is not understood. */
export function findIpHeader(type: number, bytes: Uint8Array): number | null {
  switch (type) {
    case linkType.ethernet:
      return behindEtherType(bytes, 12)
    case linkType.linuxCooked:
      return behindEtherType(bytes, 14)
    case linkType.linuxCooked2:
      return behindEtherType(bytes, 0, 20)
    case linkType.raw:
    case linkType.rawBsd:
    case linkType.rawOpenBsd:
    case linkType.ipv4:
    case linkType.ipv6:
      return 0
    case linkType.null:
    case linkType.loop:
      return behindFamily(bytes)
    default:
      return null
  }
}

/** The type at `at`, with what it names at `next` (behind it when left out), past VLAN tags of IEEE 802.1Q and 802.1ad. */
function behindEtherType(bytes: Uint8Array, at: number, next = at + 2): number {
  let type = networkOrder.uint16(bytes, at)
  let start = next
  for (let tags = 0; isVlan(type) && tags < maximumVlanTags; tags++) {
    type = networkOrder.uint16(bytes, start + 2)
    start += 4
  }
  const isIp = type === etherType.ipv4 || type === etherType.ipv6
  return isIp && start <= bytes.length ? start : -1
}

function isVlan(type: number): boolean {
  return type === etherType.vlan || type === etherType.serviceVlan || type === etherType.oldServiceVlan
}

/** Four bytes with the family, in the order of the machine that captured. */
function behindFamily(bytes: Uint8Array): number {
  if (bytes.length < 4) return -1
  const family = networkOrder.uint32(bytes, 0)
  const swapped = littleEndianOrder.uint32(bytes, 0)
  return loopbackFamilies.has(family) || loopbackFamilies.has(swapped) ? 4 : -1
}
