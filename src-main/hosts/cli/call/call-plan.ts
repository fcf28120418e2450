import { readFile } from 'node:fs/promises'
import { arrayBuffer } from 'node:stream/consumers'
import { WirebenchError } from '../../../contract/errors.ts'
import {
  callKind,
  callProtocol,
  type CallKind,
  type CallParameters,
  type CallProtocol,
  type CallRequestInput,
  type CallSettingsInput,
} from '../../../contract/schemas/call-settings.ts'
import { lengthFieldType } from '../../../contract/schemas/framing.ts'
import type { ProfileCalls } from '../../../contract/schemas/call-settings.ts'
import { pairsOfWords } from '../../../protocol/command-rpc/parameters/pairs.ts'
import type { CliIo } from '../cli-io.ts'
import { CommandLine, parseAddress, usageError, type OptionTable } from '../command-line.ts'
import { planTls, tlsOptions, type TlsPlan } from '../connection/tls-options.ts'

export type CallTarget =
  | { readonly kind: 'address'; readonly host: string; readonly port: number }
  | { readonly kind: 'profile'; readonly name: string }

/** What `wirebench call` was asked to do. */
export interface CallPlan {
  readonly target: CallTarget
  /** Null for that of the profile. */
  readonly protocol: CallProtocol | null
  /** How JSON-RPC is cut into messages; null for what the profile says. */
  readonly framing: JsonRpcCut | null
  /** The call, and the further turns of a conversation. */
  readonly requests: readonly [CallRequestInput, ...CallRequestInput[]]
  readonly record: boolean
  readonly tls: TlsPlan
  readonly timeoutMs: number | null
  readonly dataFolder: string | null
}

type JsonRpcSettings = Extract<CallSettingsInput, { protocol: 'jsonrpc' }>
type JsonRpcCut = Pick<JsonRpcSettings, 'framing' | 'lengthField'>

const callOptions = {
  protocol: 'text',
  framing: 'text',
  notification: 'flag',
  kind: 'text',
  component: 'text',
  params: 'text',
  'no-command': 'flag',
  then: 'texts',
  profile: 'text',
  record: 'flag',
} as const satisfies OptionTable

/** Longest time that settings of calls can hold. */
const longestTimeoutMs = 86_400_000
/** Parameters longer than this are refused by the contract anyway. */
const longestParameters = 4 * 1024 * 1024

/** Reads the arguments of `wirebench call`, and the file of `--params`. Errors: `usage`, `file-unreadable`, those of addresses. */
export async function planCall(commandArguments: readonly string[], io: CliIo): Promise<CallPlan> {
  const line = new CommandLine(commandArguments, { ...tlsOptions, ...callOptions })
  const profile = line.text('profile')
  const words = [...line.positionals]
  const address = profile === null ? words.shift() : undefined
  if (profile === null && address === undefined) throw usageError('Say where to connect: wirebench call HOST:PORT.')
  const protocol = line.choice('protocol', callProtocol.options)
  if (protocol === null && profile === null) {
    throw usageError(`Say how commands are called: --protocol ${callProtocol.options.join(', ')}.`)
  }
  const command = line.flag('no-command') ? null : words.shift()
  if (command === undefined) throw usageError('The command is missing: wirebench call HOST:PORT --protocol P COMMAND.')
  const first: CallRequestInput = {
    kind: kindOf(line),
    command,
    parameters: await parametersOf(line, words, io),
    componentName: line.text('component') ?? '',
  }
  const turns = line.texts('then').map((text) => ({ command: null, parameters: { notation: 'pairs', text } as const }))
  return {
    target: profile === null ? { kind: 'address', ...parseAddress(address ?? '') } : { kind: 'profile', name: profile },
    protocol,
    framing: framingOf(line),
    requests: [first, ...turns],
    record: line.flag('record'),
    tls: planTls(line, process.env),
    timeoutMs: timeoutOf(line),
    dataFolder: line.text('data-dir'),
  }
}

/**
 * The settings to call with: those of the profile where it has the protocol, else the usual ones. One connection carries all; there is
 * no telemetry beside it. Errors: `usage`.
 */
export function callSettingsOf(plan: CallPlan, profile: ProfileCalls | null): CallSettingsInput {
  const { protocol, framing } = plan
  const kept = profile?.settings ?? null
  const wanted = protocol ?? kept?.protocol ?? null
  if (wanted === null) throw usageError('The profile does not say how commands are called. Use --protocol.')
  if (framing !== null && wanted !== 'jsonrpc') throw usageError('--framing belongs to --protocol jsonrpc.')
  if (plan.requests.length > 1 && wanted !== 'tcpy') throw usageError('--then belongs to --protocol tcpy.')
  const timeout = plan.timeoutMs === null ? {} : { timeoutMs: plan.timeoutMs }
  switch (wanted) {
    case 'tcpy':
      return { ...(kept?.protocol === 'tcpy' ? kept : { protocol: wanted }), ...timeout, mode: 'session' }
    case 'm2':
      return {
        ...(kept?.protocol === 'm2' ? kept : { protocol: wanted }),
        ...timeout,
        telemetryPort: null,
        heartbeatEveryMs: null,
      }
    case 'jsonrpc':
      return {
        ...(kept?.protocol === 'jsonrpc' ? kept : { protocol: wanted }),
        ...framing,
        ...timeout,
        serverCalls: 'refuse',
      }
  }
}

function timeoutOf(line: CommandLine): number | null {
  const timeoutMs = line.timeoutMs()
  if (timeoutMs === null || timeoutMs <= longestTimeoutMs) return timeoutMs
  throw usageError(
    `--timeout of a call is at most ${longestTimeoutMs} ms, which is a day. Without it tcpy waits for good.`,
  )
}

function kindOf(line: CommandLine): CallKind {
  line.refuseTogether('notification', 'kind')
  if (line.flag('notification')) return 'notification'
  return line.choice('kind', callKind.options) ?? 'call'
}

function framingOf(line: CommandLine): JsonRpcCut | null {
  const spec = line.text('framing')
  if (spec === null) return null
  if (spec === 'lines' || spec === 'content-length') return { framing: spec }
  const lengthField = lengthFieldType.options.find((type) => spec === `length:${type}`)
  if (lengthField !== undefined) return { framing: 'length-prefix', lengthField }
  const types = lengthFieldType.options.join(', ')
  throw usageError(`--framing is lines, content-length or length:TYPE with a TYPE of ${types}, not "${spec}".`)
}

async function parametersOf(line: CommandLine, words: readonly string[], io: CliIo): Promise<CallParameters> {
  const given = line.text('params')
  if (given === null) return { notation: 'pairs', text: pairsOfWords(words) }
  const [word] = words
  if (word !== undefined) throw usageError(`"${word}" and --params cannot be used together.`)
  const text = await readParameters(given, io)
  if (text.length > longestParameters) {
    throw new WirebenchError('message-too-large', { bytes: text.length, limit: longestParameters })
  }
  return { notation: 'json', text }
}

async function readParameters(given: string, io: CliIo): Promise<string> {
  if (given === '-') return utf8(new Uint8Array(await arrayBuffer(io.stdin.stream)))
  if (!given.startsWith('@')) return given
  return utf8(await readBytes(given.slice(1)))
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') {
      throw new WirebenchError('file-not-found', { file })
    }
    throw new WirebenchError('file-unreadable', { file, reason: thrown instanceof Error ? thrown.message : null })
  }
}

/** What is no UTF-8 is refused: a replacement would be sent instead of what was written. */
function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const reason = 'They are no UTF-8. Save the file as UTF-8; for tcpy, write bytes as {"$hex": "ff fe"}.'
    throw new WirebenchError('call-parameters-malformed', { reason })
  }
}
