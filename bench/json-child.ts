import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A child process of a benchmark that talks in JSON lines. */
export class JsonChild {
  readonly #process: ChildProcess
  readonly #lines: Record<string, unknown>[] = []
  #waiting: { resolve: (line: Record<string, unknown>) => void; reject: (error: Error) => void } | null = null

  constructor(script: string, ...args: readonly (string | number)[]) {
    this.#process = spawn(process.execPath, [script, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
    if (this.#process.stdout === null) throw new Error('The child has no output')
    createInterface({ input: this.#process.stdout }).on('line', (text) => this.#accept(text))
    this.#process.once('close', (code) => this.#waiting?.reject(new Error(`${script} ended with ${code}.`)))
  }

  get processId(): number {
    if (this.#process.pid === undefined) throw new Error('The child did not start')
    return this.#process.pid
  }

  say(line: object): void {
    this.#process.stdin?.write(`${JSON.stringify(line)}\n`)
  }

  /** The next line the child says. */
  next(): Promise<Record<string, unknown>> {
    const line = this.#lines.shift()
    if (line !== undefined) return Promise.resolve(line)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  async nextNumber(key: string): Promise<number> {
    return Number((await this.next())[key])
  }

  /** Ends its input. */
  finish(): void {
    this.#process.stdin?.end()
  }

  stop(): void {
    this.#process.kill('SIGKILL')
  }

  #accept(text: string): void {
    const line = JSON.parse(text) as Record<string, unknown>
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting === null) this.#lines.push(line)
    else waiting.resolve(line)
  }
}
