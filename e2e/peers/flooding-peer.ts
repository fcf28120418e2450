import { createHash } from 'node:crypto'
import { Peer } from './peer.ts'

const chunkBytes = 64 * 1024

/** Sends to every client the same bytes, as fast as it takes them, then FIN. */
export interface FloodingPeer {
  readonly host: string
  readonly port: number
  readonly byteCount: number
  /** SHA-256 of what one client is sent, as hex. */
  readonly sha256: string
  close(): Promise<void>
}

/** Every chunk begins with its number, so that none can stand for another. */
function chunkNumber(index: number, length: number): Buffer {
  const chunk = Buffer.alloc(length, index % 251)
  chunk.writeUInt32BE(index)
  return chunk
}

function* chunksOf(byteCount: number): Generator<Buffer> {
  for (let sent = 0, index = 0; sent < byteCount; sent += chunkBytes, index += 1) {
    yield chunkNumber(index, Math.min(chunkBytes, byteCount - sent))
  }
}

export async function startFloodingPeer(byteCount: number): Promise<FloodingPeer> {
  const hash = createHash('sha256')
  for (const chunk of chunksOf(byteCount)) hash.update(chunk)
  const peer = await Peer.start({
    onConnection: (socket) => {
      const chunks = chunksOf(byteCount)
      // Not a `for of`: leaving one ends the generator.
      const pour = (): void => {
        for (let next = chunks.next(); next.done !== true; next = chunks.next()) {
          if (!socket.write(next.value)) {
            socket.once('drain', pour)
            return
          }
        }
        socket.end()
      }
      pour()
    },
    onEnd: () => undefined,
  })
  return {
    host: peer.host,
    port: peer.port,
    byteCount,
    sha256: hash.digest('hex'),
    close: () => peer.close(),
  }
}
