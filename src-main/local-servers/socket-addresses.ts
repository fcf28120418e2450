import type { AddressInfo, Socket } from 'node:net'
import type { SocketAddress } from '../contract/schemas/common.ts'

export function listeningAddress({ address, port, family }: AddressInfo): SocketAddress {
  return { address, port, family: family === 'IPv6' ? 'ipv6' : 'ipv4' }
}

/** Where a client is; null when it has gone away already. */
export function remoteAddress({
  remoteAddress: address,
  remotePort: port,
  remoteFamily,
}: Socket): SocketAddress | null {
  if (address === undefined || port === undefined) return null
  return { address, port, family: remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4' }
}

/** Where a client came to; null when it has gone away already. */
export function localAddress({ localAddress: address, localPort: port, localFamily }: Socket): SocketAddress | null {
  if (address === undefined || port === undefined) return null
  return { address, port, family: localFamily === 'IPv6' ? 'ipv6' : 'ipv4' }
}
