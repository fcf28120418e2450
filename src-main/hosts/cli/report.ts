import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { CliIo } from './cli-io.ts'

/** One line of `--json`. */
export type JsonLine = Readonly<Record<string, unknown>>

/**
 * What a command tells: results on stdout, notes on stderr. With `--json` stdout carries one JSON object a line and
 * nothing else.
 */
export class Report {
  readonly json: boolean
  readonly #io: CliIo

  constructor(io: CliIo, json: boolean) {
    this.#io = io
    this.json = json
  }

  /** A result: the object with `--json`, else the text. */
  async result(line: JsonLine, text: string): Promise<void> {
    await this.#io.stdout.write(`${this.json ? JSON.stringify(line) : text}\n`)
  }

  /** A result that only `--json` has; people get the note. */
  async event(line: JsonLine, note: string | null): Promise<void> {
    if (this.json) await this.#io.stdout.write(`${JSON.stringify(line)}\n`)
    else if (note !== null) await this.note(note)
  }

  /** Something a person should know. */
  async note(text: string): Promise<void> {
    await this.#io.stderr.write(`${text}\n`)
  }

  /** Results as they are, of whatever bytes. */
  async raw(content: string | Uint8Array): Promise<void> {
    await this.#io.stdout.write(content)
  }

  /** The last word of a command that failed. */
  async failure({ code, message }: ErrorShape): Promise<void> {
    if (this.json) await this.#io.stdout.write(`${JSON.stringify({ event: 'error', code, message })}\n`)
    else await this.note(`wirebench: ${message} [${code}]`)
  }
}

/** `IP:PORT`, with IPv6 addresses in brackets. */
export function formatAddress({ address, port, family }: SocketAddress): string {
  return family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`
}

/** Gives up with `wait-timeout` when the work takes longer; the work itself must be ended by its owner. */
export async function withinTime<Result>(work: Promise<Result>, timeoutMs: number | null): Promise<Result> {
  if (timeoutMs === null) return work
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new WirebenchError('wait-timeout', { timeoutMs })), timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
