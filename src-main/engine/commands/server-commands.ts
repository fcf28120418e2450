import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { ServerService } from '../ports.ts'
import type { ServerMessages } from '../servers/server-messages.ts'

/** Answers `server.*`. */
export function serverCommands(servers: ServerService, messages: ServerMessages) {
  return {
    'server.list': () => servers.list(),
    'server.create': ({ definition }) => servers.create(definition),
    'server.update': ({ serverId, definition }) => servers.update(serverId, definition),
    'server.remove': async ({ serverId }) => {
      await servers.remove(serverId)
      return {}
    },
    'server.start': ({ serverId }) => servers.start(serverId),
    'server.stop': ({ serverId }) => servers.stop(serverId),
    'server.authority': () => servers.authority(),
    'server.clients': ({ serverId }) => servers.clients(serverId),
    'server.close-client': async ({ serverId, connection, reset }) => {
      await servers.closeClient(serverId, connection, reset ? 'rst' : 'fin')
      return {}
    },
    'server.send': ({ serverId, connections, message }) => messages.send(serverId, connections, message),
    'server.check': async ({ definition }) => ({ problems: [...(await servers.check(definition))] }),
  } satisfies Partial<CommandHandlers>
}
