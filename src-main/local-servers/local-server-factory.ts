import type { ServerKind, ServerTls } from '../contract/schemas/server.ts'
import type { LocalServerFactory, LocalServerListeners } from '../engine/servers/local-server-factory.ts'
import type { Identity } from './certificates/certificate-plan.ts'
import { echoBehaviour } from './echo-server.ts'
import { greetingFirst } from './greeting.ts'
import { LocalServer, type ListenOptions, type ServerSecurity } from './local-server.ts'
import type { ServerBehaviour } from './server-behaviour.ts'
import { variantSecurity } from './server-security.ts'

/** Every kind of server there is. */
const behaviours: Readonly<Record<ServerKind, ServerBehaviour>> = { echo: echoBehaviour }

/** Makes servers on real sockets. `root` answers the CA for those that speak TLS, whenever one starts. */
export function localServerFactory(root: () => Promise<Identity>, nowUnixMs: () => number): LocalServerFactory {
  return {
    make: (kind, options, listeners) =>
      options.tls === null
        ? securedServer(kind, options, listeners, null)
        : variantServer(kind, options, listeners, options.tls),
  }

  function variantServer(
    kind: ServerKind,
    options: ListenOptions,
    listeners: LocalServerListeners,
    tls: ServerTls,
  ): LocalServer {
    const behaviour = behaviours[kind]
    const served = tls.variant === 'plain-text' ? greetingFirst(behaviour) : behaviour
    return new LocalServer(served, options, listeners, () => variantSecurity(tls, root, nowUnixMs()))
  }
}

/** Makes a server with certificates of one's own, or with none. */
export function securedServer(
  kind: ServerKind,
  options: ListenOptions,
  listeners: LocalServerListeners,
  security: ServerSecurity | null,
): LocalServer {
  return new LocalServer(behaviours[kind], options, listeners, security)
}
