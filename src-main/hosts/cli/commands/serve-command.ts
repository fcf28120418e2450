import { WirebenchError } from '../../../contract/errors.ts'
import { serverKind, type ServerClient } from '../../../contract/schemas/server.ts'
import type { ClientEnding } from '../../../engine/servers/local-server-factory.ts'
import { localServerFactory } from '../../../local-servers/local-server-factory.ts'
import type { CliIo } from '../cli-io.ts'
import { CommandLine, usageError } from '../command-line.ts'
import { exitCodes } from '../exit-codes.ts'
import { interrupted } from '../interrupted.ts'
import { formatAddress, withinTime, type JsonLine, type Report } from '../report.ts'

const laterKinds = ['discard', 'command', 'm2']

/** `wirebench serve`: runs a local server until it is interrupted. `--timeout` limits the start. */
export async function runServeCommand(commandArguments: readonly string[], io: CliIo, report: Report): Promise<number> {
  const line = new CommandLine(commandArguments, { host: 'text', port: 'text', 'max-clients': 'text', fault: 'text' })
  line.refuse('fault')
  const kind = kindOf(line.positionals)
  const options = {
    host: line.text('host') ?? '127.0.0.1',
    port: line.wholeNumber('port', 0, 65_535) ?? 0,
    maxClients: line.wholeNumber('max-clients', 1, 1_000_000),
  }
  const timeoutMs = line.timeoutMs()

  const interruption = interrupted(io)
  const log = new ClientLog(report)
  const server = localServerFactory.make(kind, options, {
    onClientConnected: (client) => log.connected(client),
    onClientClosed: (client, how) => log.closed(client, how),
    onClientRefused: (remote) => {
      const address = formatAddress(remote)
      log.tell({ event: 'client-refused', remote: address }, `Client ${address} was refused: too many clients.`)
    },
    onFailed: (error) => log.fail(WirebenchError.fromShape(error)),
  })
  try {
    const address = formatAddress(await withinTime(server.listen(), timeoutMs))
    await report.result({ event: 'listening', address, kind }, `Listening on ${address} (${kind})`)
    log.begin()
    await Promise.race([interruption.wait(), log.failed])
  } finally {
    interruption.forget()
    await server.stop()
    await log.end()
  }
  return exitCodes.asExpected
}

function kindOf(positionals: readonly string[]): 'echo' {
  const [name, extra] = positionals
  if (extra !== undefined) throw usageError(`"${extra}" is not understood. See wirebench serve --help.`)
  if (name === undefined) throw usageError('Say which server: wirebench serve echo.')
  if (laterKinds.includes(name)) throw usageError(`serve ${name} is not supported by this version.`)
  const kind = serverKind.options.find((candidate) => candidate === name)
  if (kind === undefined) throw usageError(`There is no server named "${name}". See wirebench serve --help.`)
  return kind
}

/** Tells of clients in their order, after the line that says where the server listens. */
class ClientLog {
  readonly #report: Report
  readonly #early: (() => Promise<void>)[] = []
  #writing: Promise<void> | null = null
  #reject: (error: WirebenchError) => void = () => undefined
  /** Rejects when the server or the output failed. */
  readonly failed: Promise<never>

  constructor(report: Report) {
    this.#report = report
    this.failed = new Promise((_resolve, reject) => (this.#reject = reject))
    // Whoever waits for it hears of it; without a waiter it must not end the process.
    this.failed.catch(() => undefined)
  }

  connected({ connection, remote }: ServerClient): void {
    const address = formatAddress(remote)
    this.tell(
      { event: 'client-connected', client: connection, remote: address },
      `Client ${connection} connected from ${address}.`,
    )
  }

  closed({ connection, remote, receivedBytes, sentBytes }: ServerClient, how: ClientEnding): void {
    this.tell(
      { event: 'client-closed', client: connection, remote: formatAddress(remote), how, receivedBytes, sentBytes },
      `Client ${connection} closed (${how}): received ${receivedBytes} bytes, sent ${sentBytes} bytes.`,
    )
  }

  tell(line: JsonLine, note: string): void {
    const write = (): Promise<void> => this.#report.event(line, note)
    if (this.#writing === null) this.#early.push(write)
    else this.#queue(write)
  }

  fail(error: WirebenchError): void {
    this.#reject(error)
  }

  begin(): void {
    this.#writing = Promise.resolve()
    for (const write of this.#early.splice(0)) this.#queue(write)
  }

  /** Resolves when everything is written. */
  async end(): Promise<void> {
    await this.#writing
  }

  #queue(write: () => Promise<void>): void {
    this.#writing = (this.#writing ?? Promise.resolve()).then(write).catch((thrown: unknown) => {
      this.fail(thrown instanceof WirebenchError ? thrown : new WirebenchError('internal', { reason: String(thrown) }))
    })
  }
}
