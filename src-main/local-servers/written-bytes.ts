import type { Socket } from 'node:net'

/**
 * What of the writes of a plain socket the system has not taken yet: what libuv holds, and what Node has not handed to it. Asks
 * the handle behind the socket, which Node does not declare; null where it does not say.
 */
export function bytesLeftBehind(socket: Socket): number | null {
  const handle: unknown = Reflect.get(socket, '_handle')
  const held: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : null
  const handedOver: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'bytesWritten') : null
  if (typeof held !== 'number' || typeof handedOver !== 'number') return null
  return socket.bytesWritten - handedOver + held
}
