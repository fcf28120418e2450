import {
  clientEnd,
  joined,
  PcapngWriter,
  serverEnd,
  tcpPacket,
  type TcpPacketOptions,
} from '../../protocol/packet-files/testing/packet-writer.ts'

const text = (of: string): Uint8Array => new TextEncoder().encode(of)
/** Ends of a packet of the server. */
export const fromServer = { from: serverEnd, to: clientEnd } as const
const [fin, syn, ack] = [1, 2, 16] as const

/** A connection from its first to its last packet. */
export const plainConnection: readonly TcpPacketOptions[] = [
  { sequence: 100, flags: syn },
  { ...fromServer, sequence: 500, acknowledgment: 101, flags: syn | ack },
  { sequence: 101, acknowledgment: 501, flags: ack },
  { sequence: 101, acknowledgment: 501, payload: text('ping') },
  { ...fromServer, sequence: 501, acknowledgment: 105, payload: text('pong') },
  { ...fromServer, sequence: 505, acknowledgment: 105, flags: fin | ack },
  { sequence: 105, acknowledgment: 506, flags: fin | ack },
]

/** Packets a second and a nanosecond apart in a pcapng file of nanoseconds. */
export function pcapngOf(packets: readonly TcpPacketOptions[], comment = ''): Uint8Array<ArrayBuffer> {
  const w = new PcapngWriter()
  const blocks = packets.map((packet, index) =>
    w.enhanced(
      1_700_000_000_000_000_005n + BigInt(index) * 1_000_000_001n,
      tcpPacket(packet),
      index === 0 ? comment : '',
    ),
  )
  return joined(w.section(), w.describeInterface(1, w.option(9, [9])), ...blocks)
}
