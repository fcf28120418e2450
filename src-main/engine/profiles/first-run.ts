import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { ProfileContent } from '../../contract/schemas/profile.ts'
import type { ServerDefinition, ServerSnapshot } from '../../contract/schemas/server.ts'
import type { ProfileService, ServerService } from '../ports.ts'

/** Port of the first echo server, unless another program has it. */
export const preferredEchoPort = 7007

/** The sample profile: connects to the local echo server. */
export function sampleProfile(port: number): ProfileContent {
  return {
    name: 'Echo on this machine',
    folder: 'Samples',
    notes:
      'Connects to the local echo server of Wirebench, which sends back every byte.\nStart it under "Servers" when it does not run.',
    connection: {
      host: '127.0.0.1',
      port,
      addressFamily: 'any',
      connectTimeoutMs: 10_000,
      noDelay: true,
      keepAliveDelayMs: null,
    },
    composer: { mode: 'text', lineEnding: 'lf' },
  }
}

export interface FirstRunOptions {
  readonly profiles: ProfileService
  readonly servers: ServerService & {
    /** True when no server was ever kept in this data folder. */
    isNew(): Promise<boolean>
  }
  /** Told what could not be prepared; the workbench works all the same. */
  readonly onProblem: (error: ErrorShape) => void
}

/**
 * In a new data folder: makes and starts an echo server and a profile that connects to it, so that the first click
 * gives a result. In a data folder that was used before it does nothing, also when everything was deleted.
 */
export async function prepareFirstRun({ profiles, servers, onProblem }: FirstRunOptions): Promise<void> {
  if (!(await servers.isNew())) return
  try {
    const port = await startEchoServer(servers)
    const library = await profiles.library()
    if (library.profiles.length === 0 && library.problems.length === 0) await profiles.create(sampleProfile(port))
  } catch (error) {
    onProblem(toErrorShape(error))
  }
}

async function startEchoServer(servers: ServerService): Promise<number> {
  const definition: ServerDefinition = {
    kind: 'echo',
    name: 'Echo server',
    host: '127.0.0.1',
    port: preferredEchoPort,
    startsWithWorkbench: true,
  }
  const { serverId } = await servers.create(definition)
  try {
    return portOf(await servers.start(serverId))
  } catch (error) {
    if (!(error instanceof WirebenchError) || error.code !== 'port-in-use') throw error
  }
  // The system chooses a port once; it is kept, so that the profile goes on fitting.
  await servers.update(serverId, { ...definition, port: 0 })
  const port = portOf(await servers.start(serverId))
  await servers.stop(serverId)
  await servers.update(serverId, { ...definition, port })
  return portOf(await servers.start(serverId))
}

function portOf(snapshot: ServerSnapshot): number {
  return snapshot.address?.port ?? snapshot.definition.port
}
