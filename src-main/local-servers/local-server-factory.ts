import type { ServerDefinition } from '../contract/schemas/server.ts'
import type { LocalServerFactory, LocalServerListeners, ServerTraffic } from '../engine/servers/local-server-factory.ts'
import { layeredPorts } from './behaviour-layers.ts'
import { servedPortsOf } from './behaviour-of.ts'
import type { ServerSources } from './behaviour-tools.ts'
import { checkDefinition } from './check-definition.ts'
import type { Identity } from './certificates/certificate-plan.ts'
import { greetingFirst } from './greeting.ts'
import { LocalServer, type ServerSecurity } from './local-server.ts'
import { variantSecurity } from './server-security.ts'

/** Makes servers on real sockets. `root` answers the CA for those that speak TLS, whenever one starts. */
export function localServerFactory(root: () => Promise<Identity>, sources: ServerSources): LocalServerFactory {
  return {
    make(definition, traffic, listeners) {
      const { tls } = definition
      const nowUnixMs = (): number => sources.clock.unixMicroseconds() / 1000
      const security = tls === null ? null : () => variantSecurity(tls, root, nowUnixMs())
      return securedServer({ definition, traffic, listeners, security, sources })
    },
    check: (definition) => checkDefinition(definition, sources),
  }
}

export interface SecuredServerParts {
  readonly definition: ServerDefinition
  /** Nothing is recorded when left out. */
  readonly traffic?: ServerTraffic | null
  readonly listeners?: LocalServerListeners
  /** Plain TCP when left out. */
  readonly security?: ServerSecurity | null
  readonly sources: ServerSources
}

/** Makes a server with certificates of one's own, or with none. */
export function securedServer({ definition, sources, ...parts }: SecuredServerParts): LocalServer {
  return new LocalServer({
    ...parts,
    clock: sources.clock,
    options: { ...definition, telemetryPort: definition.m2.telemetryPort },
    ports: (tools) => {
      const allTools = { ...sources, ...tools }
      const ports = layeredPorts(servedPortsOf(definition, allTools), definition, allTools)
      return definition.tls?.variant === 'plain-text' ? { ...ports, main: greetingFirst(ports.main) } : ports
    },
  })
}
