import type { ServerBehaviour } from './server-behaviour.ts'

const greeting = new TextEncoder().encode('Wirebench says hello in plain text: there is no TLS on this port.\r\n')

/**
 * Greets every client in plain text before it is served. A client that expects TLS sees at once that there is none; without
 * the greeting an echo would send its own handshake back.
 */
export function greetingFirst(behaviour: ServerBehaviour): ServerBehaviour {
  return {
    ...behaviour,
    serve(client) {
      client.write(greeting)
      return behaviour.serve(client)
    },
  }
}
