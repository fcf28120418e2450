import { exampleCommands } from '../../../contract/example-commands.ts'
import { completeServerDefinition } from '../../../contract/schemas/server.ts'
import type { LocalServerHandle } from '../../../engine/servers/local-server-factory.ts'
import { securedServer } from '../../../local-servers/local-server-factory.ts'
import { ownSecurity } from '../../../local-servers/own-certificate.ts'
import { SystemClock } from '../../../sockets/system-clock.ts'
import { dataFolderOf } from '../../data-folder.ts'
import { openLocalServers } from '../../open-local-servers.ts'
import type { CliIo } from '../cli-io.ts'
import { exitCodes } from '../exit-codes.ts'
import { interrupted } from '../interrupted.ts'
import { formatAddress, withinTime, type JsonLine, type Report } from '../report.ts'
import { ClientLog } from '../serve/client-log.ts'
import { planServe, type ServePlan } from '../serve/serve-plan.ts'

/** `wirebench serve`: runs a local server until it is interrupted. `--timeout` limits the start. */
export async function runServeCommand(commandArguments: readonly string[], io: CliIo, report: Report): Promise<number> {
  const plan = planServe(commandArguments, process.env)
  const interruption = interrupted(io)
  const log = new ClientLog(report)
  const { server, tls } = makeServer(plan, log, report)
  try {
    const address = formatAddress(await withinTime(server.listen(), plan.timeoutMs))
    const secured = await tls()
    const { telemetryAddress } = server.totals()
    const telemetry = telemetryAddress === null ? null : formatAddress(telemetryAddress)
    const line = {
      event: 'listening',
      address,
      kind: plan.kind,
      ...(telemetry === null ? {} : { telemetryAddress: telemetry }),
      ...(secured === null ? {} : { tls: secured.line }),
    }
    const besides = telemetry === null ? '' : `, telemetry on ${telemetry}`
    await report.result(line, `Listening on ${address} (${plan.kind})${besides}`)
    if (secured !== null && !report.json) await report.note(secured.note)
    // What programs that start a server of tcpy wait for (seed-systems 1.3).
    if (plan.kind === 'command' && !report.json) await report.note(`TCPServer is listening at ${address}!`)
    log.begin()
    await Promise.race([interruption.wait(), log.failed])
  } finally {
    interruption.forget()
    await server.stop()
    await log.end()
  }
  return exitCodes.asExpected
}

interface MadeServer {
  readonly server: LocalServerHandle
  /** How clients find it secured, once it listens; null for plain TCP. */
  readonly tls: () => Promise<{ readonly line: JsonLine; readonly note: string } | null>
}

function makeServer(plan: ServePlan, log: ClientLog, report: Report): MadeServer {
  const { kind, host, port, maxClients, m2, security } = plan
  const table = kind === 'command' || kind === 'jsonrpc' ? { table: exampleCommands } : {}
  const definition = completeServerDefinition({
    kind,
    name: kind,
    host,
    port,
    maxClients,
    ...table,
    ...(m2 === null ? {} : { m2 }),
  })
  const sources = { clock: new SystemClock() }
  const listeners = log.listeners()
  switch (security.kind) {
    case 'none':
      return { server: securedServer({ definition, listeners, sources }), tls: () => Promise.resolve(null) }
    case 'own': {
      const { own } = security
      const line = { variant: null, caPath: null }
      const note = `TLS with the certificate in ${own.certificateFile}.`
      return {
        server: securedServer({ definition, listeners, sources, security: () => ownSecurity(own) }),
        tls: () => Promise.resolve({ line, note }),
      }
    }
    case 'made': {
      const { tls } = security
      // A CA that was made anew is no reason to stop, and told where people look.
      const onProblem = ({ message }: { message: string }): void => void report.note(message).catch(() => undefined)
      const { factory, authority } = openLocalServers(dataFolderOf(plan.dataFolder), sources, onProblem)
      return {
        server: factory.make({ ...definition, tls }, null, listeners),
        tls: async () => {
          const { caPath, clientCertificatePath, clientKeyPath } = await authority.describe()
          const client = tls.variant === 'mutual' ? { clientCertificatePath, clientKeyPath } : {}
          const options = tls.variant === 'mutual' ? ` --cert ${clientCertificatePath} --key ${clientKeyPath}` : ''
          const note = `TLS, ${tls.variant}. The CA that clients are to trust: --ca ${caPath}${options}`
          return { line: { variant: tls.variant, caPath, ...client }, note }
        },
      }
    }
  }
}
