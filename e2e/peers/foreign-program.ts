import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

const readyLimitMs = 15_000

/** Why a program cannot be used here; null when it can. */
export function missingProgramReason(program: string): string | null {
  const { error } = spawnSync(program, ['--help'], { stdio: 'ignore' })
  return error === undefined ? null : `${program} is not on this machine.`
}

/** A program that Wirebench's authors did not write, run as a peer. */
export class ForeignProgram {
  readonly #child: ChildProcess
  #output = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    }
  }

  /** Starts it and waits until it has printed something that fits. */
  static async start(program: string, args: readonly string[], ready: RegExp): Promise<ForeignProgram> {
    const child = spawn(program, args, { stdio: 'pipe' })
    const started = new ForeignProgram(child)
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(`${program}: ${reason}\n${started.#output}`))
      const timer = setTimeout(() => fail(`it was not ready within ${readyLimitMs} ms`), readyLimitMs)
      const look = (): void => {
        if (!ready.test(started.#output)) return
        clearTimeout(timer)
        resolve()
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      child.once('error', (error) => fail(error.message))
      child.once('exit', (code) => fail(`it ended with ${code}`))
    })
    return started
  }

  /** Everything it has printed so far. */
  get output(): string {
    return this.#output
  }

  /** Types a line into it. */
  type(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }
}
