import type { ServerDefinition } from '../contract/schemas/server.ts'
import type { LocalServerFactory, LocalServerListeners, ServerTraffic } from '../engine/servers/local-server-factory.ts'
import { behaviourOf } from './behaviour-of.ts'
import type { Identity } from './certificates/certificate-plan.ts'
import { greetingFirst } from './greeting.ts'
import { LocalServer, type ServerSecurity } from './local-server.ts'
import { variantSecurity } from './server-security.ts'

/** Makes servers on real sockets. `root` answers the CA for those that speak TLS, whenever one starts. */
export function localServerFactory(root: () => Promise<Identity>, nowUnixMs: () => number): LocalServerFactory {
  return {
    make(definition, traffic, listeners) {
      const { tls } = definition
      const security = tls === null ? null : () => variantSecurity(tls, root, nowUnixMs())
      return securedServer(definition, traffic, listeners, security)
    },
  }
}

/** Makes a server with certificates of one's own, or with none. */
export function securedServer(
  definition: ServerDefinition,
  traffic: ServerTraffic | null,
  listeners: LocalServerListeners,
  security: ServerSecurity | null,
): LocalServer {
  const behaviour = behaviourOf(definition)
  const served = definition.tls?.variant === 'plain-text' ? greetingFirst(behaviour) : behaviour
  return new LocalServer(served, definition, traffic, listeners, security)
}
