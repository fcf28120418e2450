import * as v from 'valibot'
import { callCatalogue, callSettings, type ProfileCalls } from '../../../src-main/contract/schemas/call-settings.ts'
import {
  interpretation,
  type DirectionInterpretation,
  type Interpretation,
} from '../../../src-main/contract/schemas/interpretation.ts'
import type { ServerDefinition, ServerSnapshot } from '../../../src-main/contract/schemas/server.ts'
import { mirrorCatalogue } from '../../../src-main/protocol/m2-server/mirror-catalogue.ts'
import { usualRuleFraming } from '../../../src-main/protocol/reply-rules/usual-framing.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { servesTable } from './kind-defaults.ts'
import { startServer } from './start-server.ts'
import { keepTrustingProfile } from './trusting-profile.ts'

/**
 * Connects a session to a local server: by the saved connection that names its address where there is one, else without
 * saving. With TLS always by a saved connection, which is made to trust the server's CA. The session reads and calls as the
 * server speaks, unless the saved connection says otherwise.
 */
export async function connectToServer(workbench: Workbench, server: ServerSnapshot): Promise<void> {
  await workbench.attempt(async () => {
    if (server.state === 'stopped' && !(await startServer(workbench, server.serverId))) return
    const { address, telemetryAddress, definition } = workbench.servers.find(server.serverId) ?? server
    if (address === null) return
    const host = loopbackOf(address.address)
    const spoken = spokenBy(definition, telemetryAddress?.port ?? null)
    if (definition.tls !== null) {
      const dialled = { name: definition.name, host, port: address.port, tls: definition.tls, ...spoken }
      await workbench.showProfile(await keepTrustingProfile(workbench, dialled), { connect: true })
      return
    }
    const profile = workbench.profiles.library.profiles.find(
      ({ connection }) =>
        connection.port === address.port && loopbackOf(connection.host) === host && connection.tls === null,
    )
    if (profile !== undefined) await workbench.openProfile(profile.id, { connect: true })
    else
      await workbench.connectWithoutSaving({ host, port: address.port }, definition.name, (session) =>
        prepare(workbench, session, spoken),
      )
  })
}

/** What clients of a server have to speak. */
export interface SpokenProtocol {
  /** Null for servers that serve no commands. */
  readonly calls: ProfileCalls | null
  /** Null for bytes as they come. */
  readonly interpretation: Interpretation | null
}

/** How a client of the server calls and reads. `telemetryPort` is where telemetry of an M2 server is found. */
export function spokenBy(definition: ServerDefinition, telemetryPort: number | null): SpokenProtocol {
  const framing = usualRuleFraming(definition)
  switch (definition.kind) {
    case 'command': {
      const mode = definition.command.requestsPerConnection === 'one' ? 'execute' : 'session'
      return {
        calls: {
          settings: v.parse(callSettings, { protocol: 'tcpy', mode, timeoutMs: 10_000 }),
          catalogue: catalogueOf(definition),
        },
        interpretation: readBothAs({ framing, decoder: { kind: 'tcpy' } }),
      }
    }
    case 'jsonrpc': {
      return {
        calls: {
          settings: v.parse(callSettings, {
            protocol: 'jsonrpc',
            framing: definition.jsonRpc.framing,
            lengthField: definition.jsonRpc.lengthField,
          }),
          catalogue: catalogueOf(definition),
        },
        interpretation: readBothAs({ framing, decoder: { kind: 'json' } }),
      }
    }
    case 'm2':
      return {
        calls: {
          settings: v.parse(callSettings, { protocol: 'm2', telemetryPort }),
          catalogue: mirrorCatalogue,
        },
        interpretation: readBothAs({ framing, decoder: { kind: 'm2' } }),
      }
    default:
      return { calls: null, interpretation: null }
  }
}

function readBothAs(direction: DirectionInterpretation): Interpretation {
  return v.parse(interpretation, { sent: direction, received: direction })
}

/** The commands of the table, so that they can be called without being entered again. */
function catalogueOf({ kind, table }: ServerDefinition): ProfileCalls['catalogue'] {
  if (!servesTable(kind)) return { commands: [] }
  const commands = table.commands.map(({ name, notes, parameters }) => ({
    name,
    notes,
    parameters: parameters.map((parameter) => ({
      ...parameter,
      type: 'json' as const,
      isIncluded: parameter.required,
    })),
  }))
  return v.parse(callCatalogue, { commands })
}

/** Makes a new session speak so. */
async function prepare(workbench: Workbench, session: SessionState, spoken: SpokenProtocol): Promise<void> {
  const { link } = workbench
  const { sessionId, captureId } = session
  if (spoken.interpretation !== null) {
    await link.call('capture.interpret', { captureId, interpretation: spoken.interpretation })
  }
  if (spoken.calls === null) return
  await link.call('call.configure', { sessionId, settings: spoken.calls.settings })
  await link.call('call.set-catalogue', { sessionId, catalogue: spoken.calls.catalogue })
}

/** The address to dial for one that is listened on: every network is reached here by loopback. */
function loopbackOf(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
