import type { ServerDefinition, ServerDefinitionInput } from '../../../contract/schemas/server.ts'
import type { ServerKind } from '../../../contract/schemas/server-kinds.ts'
import { lengthFieldType } from '../../../contract/schemas/framing.ts'
import { usageError, type CommandLine, type OptionTable } from '../command-line.ts'
import { m2Of, m2Options } from './m2-options.ts'

/** Options that only some kinds of server have. */
export const kindOptions = {
  rate: 'text',
  commands: 'text',
  workers: 'text',
  'one-at-a-time': 'flag',
  'any-requests': 'flag',
  'close-after-reply': 'flag',
  framing: 'text',
  ...m2Options,
} as const satisfies OptionTable

type KindOption = keyof typeof kindOptions

const optionsOf: Readonly<Record<ServerKind, readonly KindOption[]>> = {
  echo: [],
  discard: [],
  chargen: ['rate'],
  command: ['commands', 'workers', 'one-at-a-time', 'any-requests', 'close-after-reply'],
  m2: ['telemetry-port', 'telemetry-hz', 'welcome-once', 'check-sequence', 'require-heartbeat', 'command-duration'],
  jsonrpc: ['commands', 'workers', 'framing'],
}

/** Refuses options that mean nothing to a kind. Errors: `usage`. */
export function refuseForeignOptions(line: CommandLine, kind: ServerKind): void {
  const foreign = Object.keys(kindOptions).find(
    (name) => line.has(name) && !optionsOf[kind].some((allowed) => allowed === name),
  )
  if (foreign !== undefined) throw usageError(`--${foreign} means nothing to serve ${kind}.`)
}

/** What those options change of a definition. Errors: `usage`. */
export function kindChanges(line: CommandLine, base: ServerDefinition): Partial<ServerDefinitionInput> {
  switch (base.kind) {
    case 'echo':
    case 'discard':
      return {}
    case 'chargen':
      return {
        chargen: { bytesPerSecond: line.wholeNumber('rate', 1, 1_000_000_000_000) ?? base.chargen.bytesPerSecond },
      }
    case 'command':
      return { command: { ...base.command, ...commandChanges(line) } }
    case 'm2':
      return { m2: m2Of(line, base.m2) }
    case 'jsonrpc':
      return { jsonRpc: { ...base.jsonRpc, ...workersOf(line), ...framingOf(line.text('framing')) } }
    default:
      return base.kind satisfies never
  }
}

function workersOf(line: CommandLine): { workers?: number } {
  const workers = line.wholeNumber('workers', 1, 1000)
  return workers === null ? {} : { workers }
}

function commandChanges(line: CommandLine): NonNullable<ServerDefinitionInput['command']> {
  return {
    ...workersOf(line),
    ...(line.flag('one-at-a-time') ? { serving: 'one-at-a-time' } : {}),
    ...(line.flag('any-requests') ? { requestsPerConnection: 'any' } : {}),
    ...(line.flag('close-after-reply') ? { afterReply: 'close' } : {}),
  }
}

function framingOf(spec: string | null): NonNullable<ServerDefinitionInput['jsonRpc']> {
  if (spec === null) return {}
  if (spec === 'lines' || spec === 'content-length') return { framing: spec }
  const lengthField = lengthFieldType.options.find((type) => spec === `length:${type}`)
  if (lengthField !== undefined) return { framing: 'length-prefix', lengthField }
  throw usageError(`--framing must be lines, content-length or length:TYPE such as length:u32be, not "${spec}".`)
}
