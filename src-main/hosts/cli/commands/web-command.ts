import { composeEngine } from '../../compose-engine.ts'
import { dataFolderOf } from '../../data-folder.ts'
import { version } from '../../version.ts'
import { isLoopback } from '../../web/listen-address.ts'
import { startWebHost, type WebHost } from '../../web/web-host.ts'
import type { CliIo } from '../cli-io.ts'
import { CommandLine, usageError } from '../command-line.ts'
import { exitCodes } from '../exit-codes.ts'
import { interrupted } from '../interrupted.ts'
import { withinTime, type Report } from '../report.ts'

/** `wirebench web`: serves the workbench to a browser until it is interrupted. `--timeout` limits the start. */
export async function runWebCommand(commandArguments: readonly string[], io: CliIo, report: Report): Promise<number> {
  const line = new CommandLine(commandArguments, { host: 'text', port: 'text', 'no-open': 'flag' })
  const [extra] = line.positionals
  if (extra !== undefined) throw usageError(`"${extra}" is not understood. See wirebench web --help.`)
  const host = line.text('host') ?? '127.0.0.1'
  const port = line.wholeNumber('port', 0, 65_535) ?? 0
  const timeoutMs = line.timeoutMs()
  const interruption = interrupted(io)
  try {
    const composing = composeEngine({
      dataFolder: dataFolderOf(line.text('data-dir')),
      capabilities: { kind: 'web', nativeFileDialogs: false, secretStorage: 'none' },
      version,
      workbench: true,
    })
    const composed = await withinTime(composing, timeoutMs).catch((thrown: unknown) => {
      // What comes too late is closed all the same.
      void composing.then((late) => late.close()).catch(() => undefined)
      throw thrown
    })
    try {
      const { engine, downloads } = composed
      const webHost = await startWebHost({ host, port, engine, downloads, pageFolder: io.pageFolder })
      try {
        await announce(webHost, host, line.flag('no-open'), io, report)
        // After the browser was started, which would inherit it.
        io.lowerPriority()
        await interruption.wait()
      } finally {
        await webHost.close()
      }
    } finally {
      await composed.close()
    }
  } finally {
    interruption.forget()
  }
  return exitCodes.asExpected
}

async function announce(
  { url, port }: WebHost,
  host: string,
  noOpen: boolean,
  io: CliIo,
  report: Report,
): Promise<void> {
  if (!isLoopback(host)) {
    await report.note(
      `Warning: other machines can reach ${host} port ${port}. Whoever knows the token can use the workbench.`,
    )
  }
  await report.result({ event: 'ready', url }, `Wirebench is ready at ${url}`)
  if (!noOpen && !(await io.openBrowser(url)))
    await report.note('No browser could be opened here. Open the address above.')
}
