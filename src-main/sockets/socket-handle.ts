/**
 * What Node knows of a socket and does not declare. Everything here asks the handle behind a socket, which is gone once
 * the socket is destroyed. Where a version of Node lacks something, the answer says that it is not known.
 */
import type { Socket } from 'node:net'

function handleOf(socket: Socket): object | null {
  const handle: unknown = Reflect.get(socket, '_handle')
  return typeof handle === 'object' ? handle : null
}

/** False when the system has no peer for this socket any more: after a reset, or once both sides have ended. */
export function knowsPeer(socket: Socket): boolean {
  const handle = handleOf(socket)
  if (handle === null) return true
  const getPeerName: unknown = Reflect.get(handle, 'getpeername')
  return typeof getPeerName !== 'function' || getPeerName.call(handle, {}) === 0
}

/**
 * A counter of the handle: `bytesRead` and `bytesWritten` as handed over between Node and libuv, encrypted ones for a
 * socket below TLS; `writeQueueSize` is what libuv still holds. Null when it is not known.
 */
export function handleCounter(socket: Socket, name: 'bytesRead' | 'bytesWritten' | 'writeQueueSize'): number | null {
  const handle = handleOf(socket)
  const counter: unknown = handle === null ? null : Reflect.get(handle, name)
  return typeof counter === 'number' ? counter : null
}

/** Sets the memory that the next read of a socket made with `onread` goes into. The caller keeps it alive until then. */
export function setReadMemory(socket: Socket, memory: Uint8Array): void {
  const handle = handleOf(socket)
  if (handle === null) return
  const useUserBuffer: unknown = Reflect.get(handle, 'useUserBuffer')
  if (typeof useUserBuffer !== 'function') throw new TypeError('This Node cannot set the memory of a socket')
  useUserBuffer.call(handle, memory)
}

/** Reading into memory of the caller, as `onread` of `net.connect` has it. */
export interface ReadInto {
  /** Called for the first memory, and after each read. */
  readonly buffer: () => Uint8Array
  /** False stops the reading. */
  readonly callback: (byteCount: number, memory: Uint8Array) => boolean
}

/**
 * Has a socket that was made without `onread` read into memory of the caller from now on. Node takes the option for
 * sockets that connect by themselves alone, and not for TLS over a socket; the fields that it would fill are there.
 */
export function readInto(socket: Socket, { buffer, callback }: ReadInto): void {
  const fields = new Map(Object.getOwnPropertySymbols(socket).map((symbol) => [symbol.description, symbol]))
  const memoryField = fields.get('kBuffer')
  const nextField = fields.get('kBufferGen')
  const callbackField = fields.get('kBufferCb')
  if (memoryField === undefined || nextField === undefined || callbackField === undefined) {
    throw new TypeError('This Node cannot read TLS into given memory')
  }
  const memory = buffer()
  setReadMemory(socket, memory)
  Reflect.set(socket, memoryField, memory)
  Reflect.set(socket, nextField, buffer)
  Reflect.set(socket, callbackField, callback)
}
