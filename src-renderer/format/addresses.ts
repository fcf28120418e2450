import type { SocketAddress } from '../../src-main/contract/schemas/common.ts'

/** `host:port`, an IPv6 address in brackets. Either may be written with a `{{variable}}`. */
export function formatHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** `127.0.0.1:5025` or `[::1]:5025`. */
export function formatSocketAddress(address: SocketAddress): string {
  return formatHostPort(address.address, address.port)
}
