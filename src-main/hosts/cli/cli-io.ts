import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { WirebenchError } from '../../contract/errors.ts'
import { lowerPriority } from './process-priority.ts'

export interface CliOutput {
  /** Resolves when the system has taken it. Rejects with `file-unwritable`, for instance when a pipe was closed. */
  write(content: string | Uint8Array): Promise<void>
}

/** What a command has of the outside world; tests put in their own. */
export interface CliIo {
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  readonly stdin: { readonly stream: Readable; readonly isTerminal: boolean }
  /** Folder of the built page. */
  readonly pageFolder: string
  /** Told when the user or the system asks the program to end. The returned function stops listening. */
  onInterrupt(listener: () => void): () => void
  /** Opens an address in a browser; false where there is none or no display. */
  openBrowser(address: string): Promise<boolean>
  /** Lets a browser on the same machine go first. */
  lowerPriority(): void
}

/** The streams and signals of this process. */
export function processIo(pageFolder: string): CliIo {
  return {
    stdout: outputOf(process.stdout, 'standard output'),
    stderr: outputOf(process.stderr, 'standard error'),
    stdin: {
      // Only touched when needed: opening it keeps the process alive.
      get stream() {
        return process.stdin
      },
      get isTerminal() {
        return process.stdin.isTTY
      },
    },
    pageFolder,
    onInterrupt,
    openBrowser: (address) => openBrowser(address, process.platform, process.env),
    lowerPriority: () => void lowerPriority(),
  }
}

function outputOf(stream: Writable, file: string): CliOutput {
  // Failures are told by the callback of each write; without a listener they would also end the process.
  stream.on('error', () => undefined)
  return {
    write: (content) =>
      new Promise((resolve, reject) => {
        stream.write(content, (error) => {
          if (error) reject(new WirebenchError('file-unwritable', { file, reason: `${error.message}.` }))
          else resolve()
        })
      }),
  }
}

/** The exit code of shells for a program that SIGINT ended. */
const secondInterruptExitCode = 130

function onInterrupt(listener: () => void): () => void {
  let interrupted = false
  const onSignal = (): void => {
    // Who asks twice does not want to wait.
    if (interrupted) process.exit(secondInterruptExitCode)
    interrupted = true
    listener()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function browserCommand(
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  const display = environment.DISPLAY ?? environment.WAYLAND_DISPLAY ?? ''
  return display === '' ? null : ['xdg-open']
}

function openBrowser(address: string, platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const command = browserCommand(platform, environment)
  if (command === null) return Promise.resolve(false)
  const [program, ...programArguments] = command
  return new Promise((resolve) => {
    const child = spawn(program, [...programArguments, address], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
