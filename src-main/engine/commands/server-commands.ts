import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { ServerService } from '../ports.ts'

/** Answers `server.*`. */
export function serverCommands(servers: ServerService) {
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
  } satisfies Partial<CommandHandlers>
}
