import { networkOrder } from './byte-order.ts'

export const tcpFlag = { fin: 0x01, syn: 0x02, rst: 0x04, push: 0x08, ack: 0x10 } as const

/** A TCP segment between two ends (RFC 9293, section 3.1). Checksums are not looked at: network cards fill them in later. */
export interface TcpSegment {
  readonly family: 'ipv4' | 'ipv6'
  readonly source: Uint8Array
  readonly sourcePort: number
  readonly destination: Uint8Array
  readonly destinationPort: number
  readonly sequence: number
  readonly acknowledgment: number
  readonly flags: number
  /** As far as it was captured. */
  readonly payload: Uint8Array
  /** How long the payload was on the wire. */
  readonly payloadLength: number
}

const leastHeaderBytes = 20

/** The segment in the content of an IP datagram; null when its header is damaged or was not captured whole. */
export function readTcpSegment(
  content: Uint8Array,
  originalLength: number,
  ends: Pick<TcpSegment, 'family' | 'source' | 'destination'>,
): TcpSegment | null {
  if (content.length < leastHeaderBytes) return null
  const headerLength = ((content[12] ?? 0) >> 4) * 4
  // Options that were not captured tell nothing that is needed here.
  if (headerLength < leastHeaderBytes || headerLength > originalLength) return null
  return {
    family: ends.family,
    source: ends.source,
    destination: ends.destination,
    sourcePort: networkOrder.uint16(content, 0),
    destinationPort: networkOrder.uint16(content, 2),
    sequence: networkOrder.uint32(content, 4),
    acknowledgment: networkOrder.uint32(content, 8),
    flags: content[13] ?? 0,
    payload: content.subarray(headerLength),
    payloadLength: originalLength - headerLength,
  }
}
