import { resolve } from 'node:path'
import type { CliIo } from '../cli-io.ts'
import type { CommandLine, OptionTable } from '../command-line.ts'
import type { CommandEngine } from '../open-engine.ts'
import type { Report } from '../report.ts'

/** What an action works with once its arguments are understood. */
export interface CaptureActionContext {
  readonly link: CommandEngine['link']
  readonly report: Report
  readonly io: CliIo
}

/** One action of `wirebench capture`, such as `list`. */
export interface CaptureAction {
  readonly name: string
  /** How it is called, behind `wirebench capture`. */
  readonly usage: string
  /** What it does, as lines of the help. */
  readonly help: readonly string[]
  /** Options of its own. An option that several actions have takes the same kind of value in all of them. */
  readonly options: OptionTable
  /** Whether arguments stand behind its name, and how they are called in a sentence; null when there are none. */
  readonly operands: { readonly what: string; readonly least: number; readonly most: number } | null
  /** Understands the arguments, before anything is opened. Errors: `usage`. Gives what is done then, to the exit code. */
  plan(line: CommandLine, operands: readonly string[]): (context: CaptureActionContext) => Promise<number>
}

/** One capture: an identifier, or the path of a capture file. */
export const oneCapture = { what: 'ID or FILE.wirebench', least: 1, most: 1 } as const

/**
 * The capture that an argument names: an identifier of the data folder, or the path of a capture file, which is opened where
 * it is. Errors: those of `capture.open-file`.
 */
export async function captureIdFor(link: CommandEngine['link'], operand: string): Promise<string> {
  if (!/[/\\]|\.wirebench$/.test(operand)) return operand
  return (await link.call('capture.open-file', { path: resolve(operand) })).captureId
}
