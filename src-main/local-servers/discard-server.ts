import type { ServerBehaviour } from './server-behaviour.ts'

/** Reads everything and answers nothing (RFC 863). After the client's FIN comes its own. */
export const discardBehaviour: ServerBehaviour = {
  serve: (client) => ({
    received: () => undefined,
    peerEnded: () => client.end(),
    closed: () => undefined,
  }),
}
