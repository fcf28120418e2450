import { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** The TCP connection under TLS of a client of a test server: what is done to it TLS knows nothing of. */
export function plainBelow(socket: TLSSocket): Socket {
  const parent: unknown = Reflect.get(socket, '_parent')
  if (!(parent instanceof Socket)) throw new TypeError('There is no socket below')
  return parent
}
