import type { ServerBehaviour } from './server-behaviour.ts'

/**
 * Sends every byte back as it came. While the client does not read, nothing more is read from it. After the client's
 * FIN everything is echoed, then FIN follows.
 */
export const echoBehaviour: ServerBehaviour = {
  serve: (client) => ({
    received(bytes) {
      if (!client.write(bytes)) client.holdReading(true)
    },
    drained: () => client.holdReading(false),
    peerEnded: () => client.end(),
    closed: () => undefined,
  }),
}
