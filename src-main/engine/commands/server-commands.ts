import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { ServerService } from '../ports.ts'

/** Answers `server.*`. */
export function serverCommands(servers: ServerService) {
  const missing = (): never => {
    throw new WirebenchError('capability-missing', { capability: 'looking after clients' })
  }
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
    'server.close-client': missing,
    'server.send': missing,
    'server.check': missing,
  } satisfies Partial<CommandHandlers>
}
