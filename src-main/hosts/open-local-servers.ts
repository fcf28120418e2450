import { join } from 'node:path'
import type { ErrorShape } from '../contract/errors.ts'
import type { LocalServerFactory } from '../engine/servers/local-server-factory.ts'
import { LocalAuthorityKeeper } from '../local-servers/authority/local-authority-keeper.ts'
import type { ServerSources } from '../local-servers/behaviour-tools.ts'
import { localServerFactory } from '../local-servers/local-server-factory.ts'
import { KeptAuthorityFiles } from '../storage/kept-authority.ts'
import { nodeFileAccess } from '../storage/node-file-access.ts'

export interface LocalServers {
  readonly factory: LocalServerFactory
  /** The CA of those that speak TLS, in `tls/` of the data folder. Nothing is made before it is asked for. */
  readonly authority: LocalAuthorityKeeper
}

/** The local servers on this machine's sockets, with the CA of the data folder. */
export function openLocalServers(
  dataFolder: string,
  sources: ServerSources,
  onProblem: (error: ErrorShape) => void,
): LocalServers {
  const files = new KeptAuthorityFiles({ files: nodeFileAccess, folder: join(dataFolder, 'tls') })
  const nowUnixMs = (): number => sources.clock.unixMicroseconds() / 1000
  const authority = new LocalAuthorityKeeper({ files, nowUnixMs, onProblem })
  return { factory: localServerFactory(() => authority.root(), sources), authority }
}
