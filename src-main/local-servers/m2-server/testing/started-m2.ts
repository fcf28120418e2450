import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ErrorShape } from '../../../contract/errors.ts'
import { completeServerDefinition, type ServerDefinitionInput } from '../../../contract/schemas/server.ts'
import { SystemClock } from '../../../sockets/system-clock.ts'
import type { LocalServer } from '../../local-server.ts'
import { securedServer } from '../../local-server-factory.ts'

/** An M2 server on two free ports. */
export interface StartedM2 {
  readonly server: LocalServer
  readonly commandPort: number
  readonly telemetryPort: number
  readonly problems: readonly ErrorShape[]
  stop(): Promise<void>
}

export async function startM2(m2: ServerDefinitionInput['m2'] = {}): Promise<StartedM2> {
  const problems: ErrorShape[] = []
  const server = securedServer({
    definition: completeServerDefinition({ kind: 'm2', name: 'M2', m2: { telemetryPort: 0, ...m2 } }),
    listeners: { onClientProblem: (_, error) => problems.push(error) },
    sources: { clock: new SystemClock() },
  })
  const { port } = await server.listen()
  return {
    server,
    commandPort: port,
    telemetryPort: server.totals().telemetryAddress?.port ?? 0,
    problems,
    stop: () => server.stop(),
  }
}

/** A client over a real socket that reads whole lines. */
export class LineClient {
  readonly socket: Socket
  readonly #lines: string[] = []
  #carried = ''
  #hasEnded = false
  #wake: () => void = () => undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      const lines = (this.#carried + text).split('\r\n')
      this.#carried = lines.pop() ?? ''
      this.#lines.push(...lines)
      this.#wake()
    })
    const ended = (): void => {
      this.#hasEnded = true
      this.#wake()
    }
    socket.on('end', ended).on('close', ended).on('error', ended)
  }

  static async to(port: number): Promise<LineClient> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    await once(socket, 'connect')
    return new LineClient(socket)
  }

  send(text: string): void {
    this.socket.write(text)
  }

  /** The next so many lines. */
  async take(count: number): Promise<string[]> {
    while (this.#lines.length < count) {
      if (this.#hasEnded) throw new Error(`The server ended after ${this.#lines.length} of ${count} lines.`)
      await this.#news()
    }
    return this.#lines.splice(0, count)
  }

  /** Lines up to and with the first that fits. */
  async takeUntil(fits: (line: string) => boolean): Promise<string[]> {
    const taken: string[] = []
    for (;;) {
      const [line = ''] = await this.take(1)
      taken.push(line)
      if (fits(line)) return taken
    }
  }

  /** Everything that came until the server ended. */
  async takeToEnd(): Promise<string[]> {
    while (!this.#hasEnded) await this.#news()
    return this.#lines.splice(0)
  }

  close(): void {
    this.socket.destroy()
  }

  #news(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }
}
