import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client of the test's own: what it gets is kept, and how it ended. */
export class RawClient {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #ending: 'fin' | 'rst' | null = null
  #waiting: (() => void)[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#wake()
    })
    socket.on('end', () => {
      this.#ending ??= 'fin'
      this.#wake()
    })
    socket.on('error', () => {
      this.#ending ??= 'rst'
      this.#wake()
    })
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  get received(): Buffer {
    return this.#received
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** The first so many bytes, once they are there. Rejects when the connection ends before. */
  async read(byteCount: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= byteCount || this.#ending !== null)
    if (this.#received.length < byteCount) throw new Error(`Only ${this.#received.length} bytes came.`)
    return this.#received.subarray(0, byteCount)
  }

  /** One frame with a 32-bit big-endian length before it, taken out of what was received. */
  async readFrame(): Promise<Buffer> {
    const length = (await this.read(4)).readUInt32BE(0)
    const frame = Buffer.from(await this.read(4 + length))
    this.#received = this.#received.subarray(4 + length)
    return frame.subarray(4)
  }

  /** How the server ended the connection. */
  async ended(): Promise<'fin' | 'rst'> {
    await this.#until(() => this.#ending !== null)
    if (this.#ending === null) throw new Error('It has not ended.')
    return this.#ending
  }

  close(): void {
    this.#socket.destroy()
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }
}
