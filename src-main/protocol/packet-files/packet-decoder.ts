import type { FilePacket } from './file-packet.ts'
import { IpFragments } from './ip-fragments.ts'
import { readIp } from './ip-layer.ts'
import { findIpHeader } from './link-layer.ts'
import { readTcpSegment, type TcpSegment } from './tcp-segment.ts'

/** The number of TCP in an IP header. */
const tcpProtocol = 6
/** Link types that are told by number. */
const maximumUnknownLinkTypes = 8

/** Finds the TCP segments in packets, and counts what else there was. */
export class PacketDecoder {
  packetCount = 0
  /** Packets of other protocols than TCP over IP. */
  otherProtocolCount = 0
  /** Packets whose link type is not understood, and which types these are. */
  unknownLinkCount = 0
  readonly unknownLinkTypes = new Set<number>()
  /** Packets with a damaged or cut header. */
  malformedCount = 0
  /** Packets of which not all bytes were captured. */
  truncatedCount = 0
  readonly #fragments = new IpFragments()

  /** Datagrams of which fragments are missing. */
  get incompleteDatagrams(): number {
    return this.#fragments.lostDatagrams + this.#fragments.waiting
  }

  /** The TCP segment of a packet, or null when it has none (yet). */
  decode(packet: FilePacket): TcpSegment | null {
    this.packetCount++
    if (packet.bytes.length < packet.originalLength) this.truncatedCount++
    const start = findIpHeader(packet.linkType, packet.bytes)
    if (start === null) {
      this.unknownLinkCount++
      if (this.unknownLinkTypes.size < maximumUnknownLinkTypes) this.unknownLinkTypes.add(packet.linkType)
      return null
    }
    if (start < 0) {
      this.otherProtocolCount++
      return null
    }
    const ip = readIp({ bytes: packet.bytes, start, wireLength: packet.originalLength }, this.#fragments)
    if (ip === 'fragment') return null
    if (ip === 'malformed') {
      this.malformedCount++
      return null
    }
    if (ip === 'not-ip' || ip.protocol !== tcpProtocol) {
      this.otherProtocolCount++
      return null
    }
    const segment = readTcpSegment(ip.content, ip.originalLength, ip)
    if (segment === null) this.malformedCount++
    return segment
  }
}
