import { dataFolderOf } from '../../data-folder.ts'
import type { CaptureAction } from '../capture/capture-action.ts'
import { captureActions, captureOptions } from '../capture/capture-actions.ts'
import type { CliIo } from '../cli-io.ts'
import { CommandLine, usageError } from '../command-line.ts'
import { openEngine } from '../open-engine.ts'
import { withinTime, type Report } from '../report.ts'

/** `wirebench capture`: one of its actions, on what was recorded in the data folder. */
export async function runCaptureCommand(
  commandArguments: readonly string[],
  io: CliIo,
  report: Report,
): Promise<number> {
  const line = new CommandLine(commandArguments, captureOptions)
  const [name, ...operands] = line.positionals
  if (name === undefined) throw usageError('Say what to do: wirebench capture list, or show ID.')
  const action = captureActions.find((candidate) => candidate.name === name)
  if (action === undefined) throw usageError(`capture ${name} is not understood. See wirebench capture --help.`)
  refuseForeign(line, action, operands)
  const run = action.plan(line, operands)
  const timeoutMs = line.timeoutMs()
  const engine = await openEngine(dataFolderOf(line.text('data-dir')))
  try {
    return await withinTime(run({ link: engine.link, report, io }), timeoutMs)
  } finally {
    await engine.close()
  }
}

/** Refuses what belongs to another action, and arguments that are missing or too many. */
function refuseForeign(line: CommandLine, action: CaptureAction, operands: readonly string[]): void {
  for (const option of Object.keys(captureOptions)) {
    if (!line.has(option) || option in action.options) continue
    const owners = captureActions.filter(({ options }) => option in options).map(({ name }) => name)
    throw usageError(`--${option} belongs to wirebench capture ${owners.join(' and ')}.`)
  }
  const { what, least, most } = action.operands ?? { what: '', least: 0, most: 0 }
  if (operands.length < least) throw usageError(`Say which: wirebench capture ${action.name} ${what}.`)
  const superfluous = operands[most]
  if (superfluous !== undefined) throw usageError(`"${superfluous}" is not understood. See wirebench capture --help.`)
}
