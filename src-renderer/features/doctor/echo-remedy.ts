import * as v from 'valibot'
import { portNumber } from '../../../src-main/contract/schemas/common.ts'
import type { ConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { formatHostPort } from '../../format/addresses.ts'
import { serverFormWords } from '../../strings/servers.ts'

/** Hosts on which a server of this machine can listen to be reached. */
const loopbackHosts: Readonly<Record<string, string>> = {
  localhost: '127.0.0.1',
  '127.0.0.1': '127.0.0.1',
  '::1': '::1',
}

/** Whether a local server could be what was dialled: this machine, and a port that is a number. */
export function canServeLocally({ host, port }: ConnectionSettings): boolean {
  return Object.hasOwn(loopbackHosts, host.toLowerCase()) && v.is(portNumber, port)
}

/** Starts an echo server where it was dialled: the stopped one that is defined for the port, else a new one. */
export async function startEchoServer(workbench: Workbench, { host, port, tls }: ConnectionSettings): Promise<void> {
  const listenPort = v.parse(portNumber, port)
  const address = loopbackHosts[host.toLowerCase()] ?? host
  const known = workbench.servers.list.find(
    ({ definition, state }) =>
      state === 'stopped' && definition.port === listenPort && definition.host === address && !definition.tls === !tls,
  )
  const server =
    known ??
    (await workbench.servers.create({
      kind: 'echo',
      name: `${serverFormWords.defaultNames.echo} ${formatHostPort(address, listenPort)}`,
      host: address,
      port: listenPort,
      tls: tls === null ? null : {},
    }))
  await workbench.servers.startServer(server.serverId)
}
