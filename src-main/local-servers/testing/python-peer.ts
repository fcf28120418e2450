import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Whether Python 3 is on this machine. Where it is not, a line says what is not tested. */
export function isPythonInstalled(): boolean {
  if (spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0) return true
  console.warn('python3 is not installed: nothing is tested against peers in Python.')
  return false
}

const folder = fileURLToPath(new URL('../../../e2e/peers/', import.meta.url))

/** A peer of `e2e/peers` in Python: takes lines, answers lines. */
export class PythonPeer {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  #errors = ''

  constructor(script: string, ...scriptArguments: readonly string[]) {
    const started = spawn('python3', ['-B', script, ...scriptArguments], { cwd: folder, stdio: 'pipe' })
    started.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()))
    this.#process = started
    this.#lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]()
  }

  /** The next line it prints. Fails with what it said when it ends instead. */
  async line(): Promise<string> {
    const next = await this.#lines.next()
    if (next.done === true) throw new Error(`The peer in Python ended: ${this.#errors}`)
    return next.value
  }

  /** Writes one JSON line and answers the line that comes back. */
  async ask(step: unknown): Promise<unknown> {
    this.#process.stdin?.write(`${JSON.stringify(step)}\n`)
    return JSON.parse(await this.line()) as unknown
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }
}
