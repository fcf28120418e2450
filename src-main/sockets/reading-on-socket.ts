import type { Socket } from 'node:net'
import { systemErrorCode } from './socket-errors.ts'

/** Failures of a write by which the system says that the connection is over and everything to be read has arrived. */
const overCodes: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT'])

type WriteCallback = (error?: Error | null) => void

/**
 * Has a socket go on reading when a write fails because the connection is over. Node's own destroys itself at once, and
 * with it the bytes that the peer sent before it went away and that nobody has read yet; with TLS also the alert by
 * which it said why.
 *
 * Rules: `onWriteFailed` is called once, instead of `error`. That write and those after it never end; whoever owns the
 * socket destroys it after `end` or `error`. Other failures of a write destroy the socket as usual.
 */
export function readOnAfterFailedWrite(socket: Socket, onWriteFailed: (error: Error) => void): void {
  const watched =
    (callback: WriteCallback): WriteCallback =>
    (error) => {
      if (error instanceof Error && !socket.destroyed && overCodes.has(systemErrorCode(error) ?? '')) {
        onWriteFailed(error)
      } else callback(error)
    }
  const write = socket._write.bind(socket)
  socket._write = (chunk, encoding, callback) => write(chunk, encoding, watched(callback))
  const writeMany = socket._writev?.bind(socket)
  if (writeMany !== undefined) socket._writev = (chunks, callback) => writeMany(chunks, watched(callback))
}
