import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { diskAtRest } from './disk-rate.ts'

/** The built web host on a data folder of its own, as a user runs it. */
export class WebWorkbench {
  readonly url: string
  readonly dataFolder: string
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, url: string, dataFolder: string) {
    this.#process = child
    this.url = url
    this.dataFolder = dataFolder
  }

  static async start(): Promise<WebWorkbench> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'wirebench-bench-'))
    const child = spawn(
      process.execPath,
      ['dist/hosts/cli.js', 'web', '--no-open', '--port', '0', '--data-dir', dataFolder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The web host ended with ${code} before it was ready.`)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /ready at (\S+)$/.exec(line)?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    return new WebWorkbench(child, url, dataFolder)
  }

  get processId(): number {
    if (this.#process.pid === undefined) throw new Error('The web host has no process')
    return this.#process.pid
  }

  get capturesFolder(): string {
    return join(this.dataFolder, 'captures')
  }

  /** Ends the program as a user does; its data stay. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const exited = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    await exited
  }

  /** Ends the program and removes its data; what comes next finds the disk at rest. */
  async stop(): Promise<void> {
    await this.end()
    await rm(this.dataFolder, { recursive: true, force: true })
    await diskAtRest()
  }
}
