import type { ServerKind } from '../contract/schemas/server.ts'
import type { LocalServerFactory } from '../engine/servers/local-server-factory.ts'
import { echoBehaviour } from './echo-server.ts'
import { LocalServer } from './local-server.ts'
import type { ServerBehaviour } from './server-behaviour.ts'

/** Every kind of server there is. */
const behaviours: Readonly<Record<ServerKind, ServerBehaviour>> = { echo: echoBehaviour }

/** Makes servers on real sockets. */
export const localServerFactory: LocalServerFactory = {
  make: (kind, options, listeners) => new LocalServer(behaviours[kind], options, listeners),
}
