import { Socket, type SocketConstructorOpts, type TcpNetConnectOpts } from 'node:net'
import { systemErrorCode } from './socket-errors.ts'

/** Failures of a write by which the system says that the connection is over and everything to be read has arrived. */
const overCodes: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT'])

/** Reading into memory of the caller is set up with the socket, which Node's declarations tell of connecting alone. */
type ReadingOnSocketOptions = SocketConstructorOpts & Pick<TcpNetConnectOpts, 'onread'>

type WriteCallback = (error?: Error | null) => void

/**
 * A socket that goes on reading when a write fails because the connection is over. Node's own destroys itself at once,
 * and with it the bytes that the peer sent before it went away and that nobody has read yet.
 *
 * Rules: `onWriteFailed` is called once, instead of `error`. That write and those after it never end; whoever owns the
 * socket destroys it after `end` or `error`. Other failures of a write destroy the socket as usual.
 */
export class ReadingOnSocket extends Socket {
  readonly #onWriteFailed: (error: Error) => void

  constructor(options: ReadingOnSocketOptions, onWriteFailed: (error: Error) => void) {
    super(options)
    this.#onWriteFailed = onWriteFailed
  }

  override _write(chunk: unknown, encoding: BufferEncoding, callback: WriteCallback): void {
    super._write(chunk, encoding, this.#watched(callback))
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], callback: WriteCallback): void {
    super._writev?.(chunks, this.#watched(callback))
  }

  #watched(callback: WriteCallback): WriteCallback {
    return (error) => {
      if (error instanceof Error && !this.destroyed && overCodes.has(systemErrorCode(error) ?? '')) {
        this.#onWriteFailed(error)
      } else callback(error)
    }
  }
}
