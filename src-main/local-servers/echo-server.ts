import type { ServerBehaviour } from './server-behaviour.ts'

/**
 * Sends every byte back as it came. While the client does not read, nothing more is read from it. After the client's
 * FIN everything is echoed, then FIN follows.
 */
export const echoBehaviour: ServerBehaviour = {
  serve(socket, counters) {
    socket.on('data', (chunk) => {
      counters.received(chunk.length)
      const room = socket.write(chunk, (error) => {
        if (!error) counters.sent(chunk.length)
      })
      if (!room) socket.pause()
    })
    socket.on('drain', () => socket.resume())
    socket.on('end', () => socket.end())
  },
}
