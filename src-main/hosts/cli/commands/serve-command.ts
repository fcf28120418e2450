import type { ServerDefinition } from '../../../contract/schemas/server.ts'
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
import { beginRecording, type ServeRecording } from '../serve/serve-recording.ts'
import { servedDefinition } from '../serve/served-definition.ts'

/** `wirebench serve`: runs a local server until it is interrupted. `--timeout` limits the start. */
export async function runServeCommand(commandArguments: readonly string[], io: CliIo, report: Report): Promise<number> {
  const plan = planServe(commandArguments, process.env)
  const definition = await servedDefinition(plan)
  const interruption = interrupted(io)
  const log = new ClientLog(report)
  const recording = plan.records ? await record(plan, definition, report) : null
  try {
    const { server, tls } = makeServer({ plan, definition, recording, log, report })
    try {
      const address = formatAddress(await withinTime(server.listen(), plan.timeoutMs))
      await tellListening({ address, server, definition, recording, secured: await tls(), report })
      log.begin()
      await Promise.race([interruption.wait(), log.failed])
    } finally {
      await server.stop()
      await log.end()
    }
  } finally {
    interruption.forget()
    if (recording !== null) await endRecording(recording, report)
  }
  return exitCodes.asExpected
}

/** How clients find a server secured. */
interface SecuredNote {
  readonly line: JsonLine
  readonly note: string
}

interface MadeServer {
  readonly server: LocalServerHandle
  /** Asked once it listens; null for plain TCP. */
  readonly tls: () => Promise<SecuredNote | null>
}

async function tellListening(parts: {
  readonly address: string
  readonly server: LocalServerHandle
  readonly definition: ServerDefinition
  readonly recording: ServeRecording | null
  readonly secured: SecuredNote | null
  readonly report: Report
}): Promise<void> {
  const { address, server, definition, recording, secured, report } = parts
  const { kind } = definition
  const { telemetryAddress } = server.totals()
  const telemetry = telemetryAddress === null ? null : formatAddress(telemetryAddress)
  const line = {
    event: 'listening',
    address,
    kind,
    ...(telemetry === null ? {} : { telemetryAddress: telemetry }),
    ...(secured === null ? {} : { tls: secured.line }),
    ...(recording === null ? {} : { captureId: recording.capture.captureId }),
  }
  const besides = telemetry === null ? '' : `, telemetry on ${telemetry}`
  await report.result(line, `Listening on ${address} (${kind})${besides}`)
  if (report.json) return
  if (secured !== null) await report.note(secured.note)
  // What programs that start a server of tcpy wait for (seed-systems 1.3).
  if (kind === 'command') await report.note(`TCPServer is listening at ${address}!`)
}

function record(plan: ServePlan, definition: ServerDefinition, report: Report): Promise<ServeRecording> {
  const onProblem = (message: string): void => void report.note(message).catch(() => undefined)
  return beginRecording(dataFolderOf(plan.dataFolder), definition, new SystemClock(), onProblem)
}

async function endRecording(recording: ServeRecording, report: Report): Promise<void> {
  const { captureId } = recording.capture
  const isKept = await recording.end()
  await report.note(isKept ? `Recorded as capture ${captureId}.` : 'Nothing came, and nothing was recorded.')
}

function makeServer(parts: {
  readonly plan: ServePlan
  readonly definition: ServerDefinition
  readonly recording: ServeRecording | null
  readonly log: ClientLog
  readonly report: Report
}): MadeServer {
  const { plan, recording, log, report } = parts
  const { security } = plan
  const tls = security.kind === 'made' ? security.tls : security.kind === 'own' ? null : parts.definition.tls
  const definition = { ...parts.definition, tls }
  const sources = { clock: new SystemClock() }
  const listeners = log.listeners()
  const traffic = recording?.capture ?? null
  if (security.kind === 'own') {
    const { own } = security
    const line = { variant: null, caPath: null }
    const note = `TLS with the certificate in ${own.certificateFile}.`
    return {
      server: securedServer({ definition, traffic, listeners, sources, security: () => ownSecurity(own) }),
      tls: () => Promise.resolve({ line, note }),
    }
  }
  if (tls === null) {
    return { server: securedServer({ definition, traffic, listeners, sources }), tls: () => Promise.resolve(null) }
  }
  // A CA that was made anew is no reason to stop, and told where people look.
  const onProblem = ({ message }: { message: string }): void => void report.note(message).catch(() => undefined)
  const { factory, authority } = openLocalServers(dataFolderOf(plan.dataFolder), sources, onProblem)
  return {
    server: factory.make(definition, traffic, listeners),
    tls: async () => {
      const { caPath, clientCertificatePath, clientKeyPath } = await authority.describe()
      const client = tls.variant === 'mutual' ? { clientCertificatePath, clientKeyPath } : {}
      const options = tls.variant === 'mutual' ? ` --cert ${clientCertificatePath} --key ${clientKeyPath}` : ''
      const note = `TLS, ${tls.variant}. The CA that clients are to trust: --ca ${caPath}${options}`
      return { line: { variant: tls.variant, caPath, ...client }, note }
    },
  }
}
