import { isIP, type Socket } from 'node:net'
import type { DialOptions, ResolvedAddress } from '../engine/ports.ts'

/** Begins to connect. What is wrong with this end is an error of the socket, as what is wrong with the other one is. */
export function connectPlain(
  socket: Socket,
  remote: ResolvedAddress & { readonly port: number },
  options: Pick<DialOptions, 'noDelay' | 'keepAliveDelayMs' | 'localAddress' | 'localPort'>,
): void {
  const { localAddress, localPort } = options
  if (localAddress !== null && isIP(localAddress) !== (remote.family === 'ipv4' ? 4 : 6)) {
    // Node would throw for a text, and the system would refuse the other family with a word that says nothing.
    const error = new Error(`bind EINVAL ${localAddress}`)
    socket.destroy(Object.assign(error, { code: 'EINVAL', syscall: 'bind' }))
    return
  }
  socket.connect({
    host: remote.address,
    port: remote.port,
    noDelay: options.noDelay,
    keepAlive: options.keepAliveDelayMs !== null,
    keepAliveInitialDelay: options.keepAliveDelayMs ?? 0,
    ...(localAddress === null ? {} : { localAddress }),
    ...(localPort === 0 ? {} : { localPort }),
  })
}
