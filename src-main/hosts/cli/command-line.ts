import { parseArgs } from 'node:util'
import { WirebenchError } from '../../contract/errors.ts'

/** Which options a command has: `text` ones take a value, `texts` may be given several times. */
export type OptionTable = Readonly<Record<string, 'text' | 'texts' | 'flag'>>

/** Options that every command has. */
export const commonOptions = {
  'data-dir': 'text',
  timeout: 'text',
  json: 'flag',
  help: 'flag',
} as const satisfies OptionTable

/** Longest time that can be asked for: what a timer of the system holds. */
export const longestTimeMs = 2 ** 31 - 1

export function usageError(reason: string): WirebenchError {
  return new WirebenchError('usage', { reason })
}

/** The options and positional arguments of one command, each asked for with what it must be. Errors: `usage`. */
export class CommandLine {
  readonly positionals: readonly string[]
  readonly #values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

  /** Reads the arguments after the name of the command. */
  constructor(commandArguments: readonly string[], options: OptionTable) {
    const known: OptionTable = { ...commonOptions, ...options }
    try {
      const { values, positionals } = parseArgs({
        args: [...commandArguments],
        options: Object.fromEntries(
          Object.entries(known).map(([name, kind]) => [
            name,
            { type: kind === 'flag' ? 'boolean' : 'string', multiple: kind === 'texts' } as const,
          ]),
        ),
        allowPositionals: true,
      })
      this.#values = values
      this.positionals = positionals
    } catch (thrown) {
      throw usageError(`${thrown instanceof Error ? thrown.message : String(thrown)}. See wirebench --help.`)
    }
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  text(name: string): string | null {
    const value = this.#values[name]
    return typeof value === 'string' ? value : null
  }

  /** Every value of an option that may be given several times. */
  texts(name: string): readonly string[] {
    const values = this.#values[name]
    return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
  }

  wholeNumber(name: string, least: number, most: number): number | null {
    const value = this.text(name)
    if (value === null) return null
    const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    throw usageError(`--${name} must be a whole number from ${least} to ${most}, not "${value}".`)
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null {
    const value = this.text(name)
    if (value === null) return null
    const choice = choices.find((candidate) => candidate === value)
    if (choice !== undefined) return choice
    throw usageError(`--${name} must be one of ${choices.join(', ')}, not "${value}".`)
  }

  timeoutMs(): number | null {
    return this.wholeNumber('timeout', 1, longestTimeMs)
  }

  /** Refuses more than one of these options. */
  refuseTogether(...names: readonly string[]): void {
    const asked = names.filter((name) => this.has(name))
    if (asked.length > 1) throw usageError(`--${asked.join(' and --')} cannot be used together.`)
  }
}

/** `HOST:PORT`, with IPv6 addresses in brackets. Errors: `host-required`, `host-malformed`, `port-malformed`. */
export function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text)
  if (match === null) {
    const reason = text.includes(':')
      ? 'Write IPv6 addresses in brackets: [::1]:80.'
      : 'Write HOST:PORT, for example 127.0.0.1:7.'
    throw new WirebenchError('host-malformed', { host: text, reason })
  }
  const host = match[1] ?? match[2] ?? ''
  const port = match[3] ?? ''
  if (host === '') throw new WirebenchError('host-required')
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new WirebenchError('port-malformed', { port })
  }
  return { host, port: Number(port) }
}
