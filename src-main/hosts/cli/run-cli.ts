import { toErrorShape } from '../../contract/errors.ts'
import { version } from '../version.ts'
import type { CliIo } from './cli-io.ts'
import { usageError } from './command-line.ts'
import { runCallCommand } from './commands/call-command.ts'
import { runCaptureCommand } from './commands/capture-command.ts'
import { runDoctorCommand } from './commands/doctor-command.ts'
import { runSendCommand } from './commands/send-command.ts'
import { runServeCommand } from './commands/serve-command.ts'
import { runWebCommand } from './commands/web-command.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { helpTexts } from './help.ts'
import { Report } from './report.ts'

type Command = (commandArguments: readonly string[], io: CliIo, report: Report) => Promise<number>

const commands: Readonly<Record<'web' | 'send' | 'call' | 'serve' | 'doctor' | 'capture', Command>> = {
  web: runWebCommand,
  send: runSendCommand,
  call: runCallCommand,
  serve: runServeCommand,
  doctor: runDoctorCommand,
  capture: runCaptureCommand,
}

/** Runs one command line and answers its exit code. Everything it opened is closed then. Never rejects. */
export async function runCli(commandLine: readonly string[], io: CliIo): Promise<number> {
  const report = new Report(io, wantsJson(commandLine))
  try {
    return await dispatch(commandLine, io, report)
  } catch (thrown) {
    const error = toErrorShape(thrown)
    try {
      await report.failure(error)
    } catch {
      // Nobody reads the output any more: the exit code alone can still tell.
    }
    return exitCodeOf(error.code)
  }
}

async function dispatch(commandLine: readonly string[], io: CliIo, report: Report): Promise<number> {
  const [first = 'web', ...rest] = commandLine
  if (first === '--version') {
    await report.result({ version }, version)
    return exitCodes.asExpected
  }
  if (first === '--help' || first === '-h' || first === 'help') return printHelp('', report)
  const [name, commandArguments] = first.startsWith('-') ? ['web', commandLine] : [first, rest]
  if (!isCommand(name)) throw usageError(`There is no command "${name}". See wirebench --help.`)
  if (asksForHelp(commandArguments)) return printHelp(name, report)
  return commands[name](commandArguments, io, report)
}

async function printHelp(name: keyof typeof helpTexts, report: Report): Promise<number> {
  await report.raw(helpTexts[name])
  return exitCodes.asExpected
}

const isCommand = (name: string): name is keyof typeof commands => Object.hasOwn(commands, name)

/** The arguments that can be options: those before `--`. */
function optionsOf(commandLine: readonly string[]): readonly string[] {
  const end = commandLine.indexOf('--')
  return end === -1 ? commandLine : commandLine.slice(0, end)
}

const asksForHelp = (commandLine: readonly string[]): boolean => optionsOf(commandLine).includes('--help')

/** Known before the command line is understood, because a mistake in it is told as JSON, too. */
function wantsJson(commandLine: readonly string[]): boolean {
  const options = optionsOf(commandLine)
  const formatAt = options.indexOf('--format')
  return (
    options.includes('--json') ||
    options.includes('--format=json') ||
    (formatAt !== -1 && options[formatAt + 1] === 'json')
  )
}
