/** A packet as the RFCs read it. */
export interface ReadPacket {
  readonly source: string
  readonly destination: string
  readonly sequence: number
  readonly acknowledgment: number
  readonly flags: number
  readonly payload: Uint8Array
}

/** Reads one IPv4 or IPv6 packet. Throws when a length or a checksum is wrong. */
export function readPacket(packet: Uint8Array): ReadPacket {
  const isIpv4 = (packet[0] ?? 0) >>> 4 === 4
  const ipBytes = isIpv4 ? ((packet[0] ?? 0) & 15) * 4 : 40
  const totalBytes = isIpv4 ? half(packet, 2) : 40 + half(packet, 4)
  if (totalBytes !== packet.length) throw new Error(`The packet has ${packet.length} bytes and says ${totalBytes}.`)
  if (isIpv4 && onesComplement(packet.subarray(0, ipBytes)) !== 0xffff) throw new Error('The IP checksum is wrong.')
  const addressBytes = isIpv4 ? 4 : 16
  const addressAt = isIpv4 ? 12 : 8
  const addresses = packet.slice(addressAt, addressAt + addressBytes * 2)
  const tcp = packet.subarray(ipBytes)
  const pseudo = [...addresses, 0, 6, tcp.length >>> 8, tcp.length & 0xff]
  if (onesComplement(Uint8Array.from([...pseudo, ...tcp])) !== 0xffff) throw new Error('The TCP checksum is wrong.')
  return {
    source: `${addresses.slice(0, addressBytes).join('.')}:${half(tcp, 0)}`,
    destination: `${addresses.slice(addressBytes).join('.')}:${half(tcp, 2)}`,
    sequence: word(tcp, 4),
    acknowledgment: word(tcp, 8),
    flags: tcp[13] ?? 0,
    payload: tcp.slice(((tcp[12] ?? 0) >>> 4) * 4),
  }
}

/**
 * The bytes of one side, by its sequence numbers from its SYN on; what is missing is filled with zeros. Throws when bytes that
 * were there come again, or FIN stands elsewhere than behind them.
 */
export function reassemble(packets: readonly ReadPacket[], source: string): Uint8Array {
  const parts: { readonly at: number; readonly payload: Uint8Array }[] = []
  let expected: number | null = null
  let length = 0
  for (const packet of packets.filter((candidate) => candidate.source === source)) {
    const isSyn = (packet.flags & 2) !== 0
    if (isSyn) expected = (packet.sequence + 1) >>> 0
    else if (expected === null) throw new Error('There is no SYN.')
    else {
      const gap: number = (packet.sequence - expected) >>> 0
      if (gap >= 0x8000_0000) throw new Error('Bytes come again.')
      length += gap
      parts.push({ at: length, payload: packet.payload })
      length += packet.payload.length
      const finBytes = (packet.flags & 1) === 0 ? 0 : 1
      expected = (packet.sequence + packet.payload.length + finBytes) >>> 0
    }
  }
  const bytes = new Uint8Array(length)
  for (const { at, payload } of parts) bytes.set(payload, at)
  return bytes
}

/** The sum of RFC 1071, a 16-bit word after the other. */
function onesComplement(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) {
    sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0)
    if (sum > 0xffff) sum = (sum & 0xffff) + 1
  }
  return sum
}

const half = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
const word = (bytes: Uint8Array, at: number): number => half(bytes, at) * 0x1_0000 + half(bytes, at + 2)
