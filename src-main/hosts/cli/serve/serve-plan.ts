import {
  completeServerDefinition,
  type ServerDefinition,
  type ServerDefinitionInput,
} from '../../../contract/schemas/server.ts'
import { serverKind, type ServerKind } from '../../../contract/schemas/server-kinds.ts'
import { parseFaultSpec } from '../../../protocol/server-faults/fault-spec.ts'
import { CommandLine, usageError, type OptionTable } from '../command-line.ts'
import { kindChanges, kindOptions, refuseForeignOptions } from './kind-options.ts'
import { securityOf, securityOptions, type ServeSecurity } from './serve-security.ts'

/** What `serve` is to do. */
export interface ServePlan {
  /** The saved server of the data folder that is run; null for one made of the options alone. */
  readonly serverName: string | null
  /** JSON files to be read: the command table, the reply rules. */
  readonly commandsFile: string | null
  readonly rulesFile: string | null
  readonly records: boolean
  readonly timeoutMs: number | null
  readonly dataFolder: string | null
  readonly security: ServeSecurity
  /** What is served: the saved server, null for none, with what the options change. Errors: `usage`, `fault-malformed`. */
  definition(saved: ServerDefinition | null): ServerDefinition
}

const serveOptions = {
  host: 'text',
  port: 'text',
  'max-clients': 'text',
  fault: 'texts',
  record: 'flag',
  server: 'text',
  rules: 'text',
  ...kindOptions,
  ...securityOptions,
} as const satisfies OptionTable

/** Where clients of a kind look for it; others get any free port. */
const defaultPorts: Readonly<Partial<Record<ServerKind, number>>> = { command: 7272, m2: 50_000 }

/** Reads the arguments of `wirebench serve`. Errors: `usage`, `fault-malformed`. */
export function planServe(
  commandArguments: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServePlan {
  const line = new CommandLine(commandArguments, serveOptions)
  const serverName = line.text('server')
  const kind = kindOf(line.positionals, serverName)
  const plan: ServePlan = {
    serverName,
    commandsFile: line.text('commands'),
    rulesFile: line.text('rules'),
    records: line.flag('record'),
    timeoutMs: line.timeoutMs(),
    dataFolder: line.text('data-dir'),
    security: securityOf(line, environment),
    definition: (saved) => definitionOf(line, saved ?? startingPoint(kind ?? 'echo')),
  }
  // What is wrong with the options is told before anything is read.
  if (kind !== null) plan.definition(null)
  return plan
}

/** Null with the name of a saved server, which has its kind. */
function kindOf(positionals: readonly string[], serverName: string | null): ServerKind | null {
  const [name, extra] = positionals
  if (extra !== undefined) throw usageError(`"${extra}" is not understood. See wirebench serve --help.`)
  if (serverName !== null) {
    if (name !== undefined) throw usageError(`--server ${serverName} has its kind: leave "${name}" out.`)
    return null
  }
  if (name === undefined) throw usageError('Say which server: wirebench serve echo.')
  const kind = serverKind.options.find((candidate) => candidate === name)
  if (kind === undefined) throw usageError(`There is no server named "${name}". See wirebench serve --help.`)
  return kind
}

const startingPoint = (kind: ServerKind): ServerDefinition =>
  completeServerDefinition({ kind, name: kind, port: defaultPorts[kind] ?? 0 })

function definitionOf(line: CommandLine, base: ServerDefinition): ServerDefinition {
  refuseForeignOptions(line, base.kind)
  const faults = line.texts('fault')
  const given: ServerDefinitionInput = {
    ...base,
    host: line.text('host') ?? base.host,
    port: line.wholeNumber('port', 0, 65_535) ?? base.port,
    maxClients: line.wholeNumber('max-clients', 1, 1_000_000) ?? base.maxClients,
    ...(faults.length === 0 ? {} : { faults: parseFaultSpec(faults) }),
  }
  return completeServerDefinition({ ...given, ...kindChanges(line, base) })
}
