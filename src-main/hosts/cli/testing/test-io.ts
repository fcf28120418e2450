import { PassThrough, type Readable } from 'node:stream'
import { WirebenchError } from '../../../contract/errors.ts'
import type { CliIo, CliOutput } from '../cli-io.ts'
import { runCli } from '../run-cli.ts'

export interface TestIoOptions {
  /** What comes on standard input; a terminal when left out. */
  readonly stdin?: Readable
  /** Standard output refuses everything after so many writes, as a closed pipe does. */
  readonly stdoutWrites?: number
  readonly pageFolder?: string
}

/** A command that runs in this process, with what it has written so far. */
export interface RunningCli {
  readonly exitCode: Promise<number>
  stdout(): string
  stdoutBytes(): Uint8Array
  stderr(): string
  /** The objects of `--json`. */
  lines(): Record<string, unknown>[]
  /** Resolves with the first match of the pattern in stdout. Rejects when the command ends without it. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** Addresses that a browser was to open. */
  readonly opened: readonly string[]
  interrupt(): void
}

/** For tests: starts `wirebench` with these arguments. */
export function startCli(commandLine: readonly string[], options: TestIoOptions = {}): RunningCli {
  const out: Uint8Array[] = []
  const err: Uint8Array[] = []
  const opened: string[] = []
  const listeners = new Set<() => void>()
  let tellPrinted: () => void = () => undefined
  const stdoutBytes = (): Uint8Array => new Uint8Array(Buffer.concat(out))
  const stdout = (): string => Buffer.concat(out).toString('utf8')
  const output = (chunks: Uint8Array[], limit: number): CliOutput => ({
    write: async (content) => {
      if (chunks.length >= limit)
        throw new WirebenchError('file-unwritable', { file: 'standard output', reason: 'EPIPE.' })
      chunks.push(typeof content === 'string' ? Buffer.from(content) : Uint8Array.from(content))
      tellPrinted()
    },
  })
  const io: CliIo = {
    stdout: output(out, options.stdoutWrites ?? Number.POSITIVE_INFINITY),
    stderr: output(err, Number.POSITIVE_INFINITY),
    stdin: { stream: options.stdin ?? new PassThrough(), isTerminal: options.stdin === undefined },
    pageFolder: options.pageFolder ?? '/nowhere',
    onInterrupt: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    lowerPriority: () => undefined,
    openBrowser: (address) => {
      opened.push(address)
      return Promise.resolve(true)
    },
  }
  const exitCode = runCli(commandLine, io)
  return {
    exitCode,
    stdout,
    stdoutBytes,
    stderr: () => Buffer.concat(err).toString('utf8'),
    lines: () =>
      stdout()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    printed: async (pattern) => {
      let match = pattern.exec(stdout())
      while (match === null) {
        const more = new Promise<'more'>((resolve) => (tellPrinted = () => resolve('more')))
        const ended = exitCode.then((code) => `exit code ${code}, ${stdout()}`)
        const what = await Promise.race([more, ended])
        match = pattern.exec(stdout())
        if (match === null && what !== 'more') throw new Error(`It ended without ${String(pattern)}: ${what}`)
      }
      return match
    },
    opened,
    interrupt: () => {
      for (const listener of [...listeners]) listener()
    },
  }
}
