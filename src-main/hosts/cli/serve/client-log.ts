import { WirebenchError, type ErrorShape } from '../../../contract/errors.ts'
import type { SocketAddress } from '../../../contract/schemas/common.ts'
import type { ServerClient } from '../../../contract/schemas/server.ts'
import type { ClientEnding, LocalServerListeners } from '../../../engine/servers/local-server-factory.ts'
import { formatAddress, type JsonLine, type Report } from '../report.ts'

/** Tells of clients in their order, after the line that says where the server listens. */
export class ClientLog {
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

  /** What the server is to tell. */
  listeners(): LocalServerListeners {
    return {
      onClientConnected: (client) => this.#connected(client),
      onClientClosed: (client, how) => this.#closed(client, how),
      onClientRefused: (remote) => this.#refused(remote),
      onClientProblem: (connection, error) => this.#problem(connection, error),
      onHandshakeFailed: (remote, error) => this.#handshakeFailed(remote, error),
      onFailed: (error) => this.#fail(WirebenchError.fromShape(error)),
    }
  }

  begin(): void {
    this.#writing = Promise.resolve()
    for (const write of this.#early.splice(0)) this.#queue(write)
  }

  /** Resolves when everything is written. */
  async end(): Promise<void> {
    await this.#writing
  }

  #connected({ connection, remote }: ServerClient): void {
    const address = formatAddress(remote)
    this.#tell(
      { event: 'client-connected', client: connection, remote: address },
      `Client ${connection} connected from ${address}.`,
    )
  }

  #closed({ connection, remote, receivedBytes, sentBytes }: ServerClient, how: ClientEnding): void {
    this.#tell(
      { event: 'client-closed', client: connection, remote: formatAddress(remote), how, receivedBytes, sentBytes },
      `Client ${connection} closed (${how}): received ${receivedBytes} bytes, sent ${sentBytes} bytes.`,
    )
  }

  #refused(remote: SocketAddress): void {
    const address = formatAddress(remote)
    this.#tell({ event: 'client-refused', remote: address }, `Client ${address} was refused: too many clients.`)
  }

  #problem(connection: number, { code, message }: ErrorShape): void {
    this.#tell({ event: 'client-problem', client: connection, code, message }, message)
  }

  #handshakeFailed(remote: SocketAddress | null, { code, message }: ErrorShape): void {
    const address = remote === null ? null : formatAddress(remote)
    this.#tell(
      { event: 'handshake-failed', remote: address, code, message },
      `${address === null ? '' : `${address}: `}${message}`,
    )
  }

  #tell(line: JsonLine, note: string): void {
    const write = (): Promise<void> => this.#report.event(line, note)
    if (this.#writing === null) this.#early.push(write)
    else this.#queue(write)
  }

  #fail(error: WirebenchError): void {
    this.#reject(error)
  }

  #queue(write: () => Promise<void>): void {
    this.#writing = (this.#writing ?? Promise.resolve()).then(write).catch((thrown: unknown) => {
      this.#fail(thrown instanceof WirebenchError ? thrown : new WirebenchError('internal', { reason: String(thrown) }))
    })
  }
}
