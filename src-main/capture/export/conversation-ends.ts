import type { SocketAddress } from '../../contract/schemas/common.ts'
import { addressBytes } from '../../protocol/tcp-synthesis/address-bytes.ts'
import type { PacketEnd } from '../../protocol/tcp-synthesis/packet-headers.ts'
import type { ConversationEnds } from '../../protocol/tcp-synthesis/tcp-conversation.ts'

/** The two ends of a connection as the capture names them. */
export interface KnownEnds {
  readonly local: SocketAddress
  readonly remote: SocketAddress
}

const firstPlaceholderPort = 20_000
const placeholderPorts = 20_000
const remotePlaceholderPort = 60_000

/**
 * The ends of a connection in packets. Where the capture does not name both with addresses of one family, addresses for
 * documentation (192.0.2.0/24, RFC 5737) stand in: 192.0.2.1 is this side; port and peer follow from the connection's number.
 */
export function conversationEnds(
  known: KnownEnds | null,
  connection: number,
): { readonly ends: ConversationEnds; readonly isMadeUp: boolean } {
  const local = known === null ? null : packetEnd(known.local)
  const remote = known === null ? null : packetEnd(known.remote)
  if (local !== null && remote !== null && local.address.length === remote.address.length) {
    return { ends: { local, remote }, isMadeUp: false }
  }
  const peer = 2 + (Math.floor(connection / placeholderPorts) % 250)
  return {
    ends: {
      local: {
        address: Uint8Array.of(192, 0, 2, 1),
        port: firstPlaceholderPort + (connection % placeholderPorts),
      },
      remote: { address: Uint8Array.of(192, 0, 2, peer), port: remotePlaceholderPort },
    },
    isMadeUp: true,
  }
}

function packetEnd({ address, port }: SocketAddress): PacketEnd | null {
  const bytes = addressBytes(address)
  return bytes === null || port > 0xffff ? null : { address: bytes, port }
}
