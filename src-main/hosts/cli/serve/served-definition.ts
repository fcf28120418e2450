import { readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { WirebenchError } from '../../../contract/errors.ts'
import { exampleCommands } from '../../../contract/example-commands.ts'
import { commandTable } from '../../../contract/schemas/command-table.ts'
import { replyRules } from '../../../contract/schemas/reply-rules.ts'
import type { ServerDefinition } from '../../../contract/schemas/server.ts'
import { dataFolderOf } from '../../data-folder.ts'
import { usageError } from '../command-line.ts'
import { openEngine } from '../open-engine.ts'
import type { ServePlan } from './serve-plan.ts'

const largestFileBytes = 64 * 1024 * 1024

/**
 * The definition that is served, with the saved server and the files that the plan names. A server of commands without a table
 * has the examples. Errors: `usage`, `file-not-found`, `file-unreadable`, `import-malformed`.
 */
export async function servedDefinition(plan: ServePlan): Promise<ServerDefinition> {
  const saved = plan.serverName === null ? null : await savedServer(plan.serverName, dataFolderOf(plan.dataFolder))
  const definition = plan.definition(saved)
  const { commandsFile, rulesFile } = plan
  const table =
    commandsFile === null ? definition.table : await readJson(commandsFile, tableOrCommands, 'a command table')
  const rules = rulesFile === null ? definition.rules : await readJson(rulesFile, rulesOrList, 'reply rules')
  const needsExamples = saved === null && commandsFile === null && hasTable(definition)
  return { ...definition, table: needsExamples ? exampleCommands : table, rules }
}

const hasTable = ({ kind }: ServerDefinition): boolean => kind === 'command' || kind === 'jsonrpc'

/** The whole document, or only the list in it. */
const tableOrCommands = v.pipe(
  v.unknown(),
  v.transform((value) => (Array.isArray(value) ? { commands: value as unknown[] } : value)),
  commandTable,
)
const rulesOrList = v.pipe(
  v.unknown(),
  v.transform((value) => (Array.isArray(value) ? { rules: value as unknown[] } : value)),
  replyRules,
)

async function savedServer(name: string, dataFolder: string): Promise<ServerDefinition> {
  const engine = await openEngine(dataFolder)
  try {
    const servers = await engine.link.call('server.list', {})
    const matching = servers.filter(({ serverId, definition }) => serverId === name || definition.name === name)
    const [found, another] = matching
    if (found === undefined) {
      const names = servers.slice(0, 10).map(({ definition }) => `"${definition.name}"`)
      const known = names.length === 0 ? 'none is saved' : `there are ${names.join(', ')}`
      throw usageError(`There is no saved server "${name}" in ${dataFolder}: ${known}.`)
    }
    if (another === undefined) return found.definition
    const ids = matching.map(({ serverId }) => serverId).join(', ')
    throw usageError(`Several servers are named "${name}". Give the identifier of one: ${ids}.`)
  } finally {
    await engine.close()
  }
}

async function readJson<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  what: string,
): Promise<v.InferOutput<Schema>> {
  const text = await readText(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw malformed(file, `It is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`)
  }
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const place = v.getDotPath(issue)
  throw malformed(file, `It is not ${what}: ${place === null ? '' : `${place}: `}${issue.message}.`)
}

const malformed = (file: string, reason: string): WirebenchError =>
  new WirebenchError('file-unreadable', { file, reason })

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size > largestFileBytes) throw malformed(file, `It has ${size} bytes; at most ${largestFileBytes} are read.`)
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if (thrown instanceof WirebenchError) throw thrown
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') {
      throw new WirebenchError('file-not-found', { file })
    }
    throw malformed(file, thrown instanceof Error ? `${thrown.message}.` : String(thrown))
  }
}
