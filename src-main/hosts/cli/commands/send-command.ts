import { WirebenchError } from '../../../contract/errors.ts'
import { completeConnectionSettings } from '../../../contract/schemas/connection.ts'
import type { CollectionItem } from '../../../contract/schemas/collection.ts'
import type { LineEndingName } from '../../../contract/schemas/line-ending.ts'
import type { Profile } from '../../../contract/schemas/profile.ts'
import type { SequenceStep } from '../../../contract/schemas/sequence.ts'
import { encodeText } from '../../../protocol/text/encodings/encode-text.ts'
import { applyLineEnding } from '../../../protocol/text/escapes.ts'
import { utf8Text } from '../../../protocol/text/utf8.ts'
import { dataFolderOf } from '../../data-folder.ts'
import type { CliIo } from '../cli-io.ts'
import { usageError } from '../command-line.ts'
import { readProfile, type DialledProfile } from '../connection/dialled-profile.ts'
import { exchangePolicy } from '../connection/retry-option.ts'
import { tlsSettingsOf } from '../connection/tls-options.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import { interrupted } from '../interrupted.ts'
import { openKeepingEngine, openTemporaryEngine, type CommandEngine } from '../open-engine.ts'
import { Report } from '../report.ts'
import { Exchange, type ExchangeResult, type ExchangeSettings } from '../send/exchange.ts'
import { ExchangeReport } from '../send/exchange-report.ts'
import type { Payload } from '../send/payload.ts'
import { composeSaved, readSavedItem, type GivenVariables } from '../send/saved-item.ts'
import { encodingWithoutMark, planSend, type SendPlan, type TextPayload } from '../send/send-plan.ts'
import { SequenceExchange, type SequenceSettings } from '../send/sequence-exchange.ts'
import { WireLogTarget } from '../send/wire-log-target.ts'

/** Longest connect timeout that connection settings can hold. */
const longestConnectTimeoutMs = 3_600_000
/** The command's own time limit speaks first. */
const connectTimeoutSlackMs = 1000

/**
 * `wirebench send`: one exchange. Without `--record` it is kept in a temporary folder while it lasts, which is what lets
 * a slow reader of the output never slow the connection down.
 */
export async function runSendCommand(commandArguments: readonly string[], io: CliIo, given: Report): Promise<number> {
  const plan = planSend(commandArguments, io)
  const report = plan.format === 'json' ? new Report(io, true) : given
  const interruption = interrupted(io)
  try {
    const profile = plan.target.kind === 'profile' ? await readProfile(plan.dataFolder, plan.target.name) : null
    const item = plan.saved === null ? null : (await readSavedItem(plan.saved.file, plan.saved.entry)).item
    const settings = settingsOf(plan, profile, await payloadOf(plan, profile, item))
    const engine = await openExchangeEngine(plan)
    const { wireLog } = settings
    try {
      const output = new ExchangeReport(report, plan.format, plan.framing)
      const exchange =
        item?.kind === 'sequence'
          ? new SequenceExchange(engine.link, sequenceOf(plan, settings, item.steps), output)
          : new Exchange(engine.link, settings, output)
      void interruption.wait().then(() => exchange.interrupt())
      return await conclude(await exchange.run(), plan, output, report)
    } finally {
      await engine.close()
      await wireLog?.conclude()
    }
  } finally {
    interruption.forget()
  }
}

async function conclude(
  result: ExchangeResult,
  plan: SendPlan,
  output: ExchangeReport,
  report: Report,
): Promise<number> {
  const { failure } = result
  if (failure?.code === 'file-unwritable') throw failure
  // A connection that was never made has nothing to sum up but where its story is kept.
  if (result.wasConnected || plan.record)
    await output.summary({ ...result, captureId: plan.record ? result.captureId : null })
  if (failure === null) return exitCodes.asExpected
  await report.failure(failure.toShape())
  return exitCodeOf(failure.code)
}

function openExchangeEngine(plan: SendPlan): Promise<CommandEngine> {
  return plan.record ? openKeepingEngine(dataFolderOf(plan.dataFolder)) : openTemporaryEngine()
}

function settingsOf(plan: SendPlan, profile: DialledProfile | null, payload: Payload | null): ExchangeSettings {
  const { target, pacing, halfClose, goal, framing, timeoutMs } = plan
  const base = profile?.connection ?? (target.kind === 'address' ? addressSettings(target.host, target.port) : null)
  if (base === null) throw new WirebenchError('profile-not-found', { profileId: null })
  const limit =
    timeoutMs === null ? {} : { connectTimeoutMs: Math.min(timeoutMs + connectTimeoutSlackMs, longestConnectTimeoutMs) }
  return {
    connection: {
      ...base,
      ...limit,
      tls: tlsSettingsOf(plan.tls, base.tls),
      retry: exchangePolicy(base.retry, plan.retry),
    },
    passphrase: plan.tls.passphrase,
    profileId: profile?.id ?? null,
    payload,
    pacing,
    halfClose,
    goal,
    framing,
    timeoutMs,
    wireLog: plan.wireLogFile === null ? null : new WireLogTarget(plan.wireLogFile),
  }
}

const addressSettings = (host: string, port: number) => ({ ...completeConnectionSettings({ host, port }), port })

/** With `--record` the engine works in the data folder, whose variables are not to be changed by a command. */
function sequenceOf(
  plan: SendPlan,
  { connection, passphrase, profileId, framing, timeoutMs, wireLog }: ExchangeSettings,
  steps: readonly SequenceStep[],
): SequenceSettings {
  const { saved, record, halfClose, pacing } = plan
  const variables: GivenVariables = saved?.variables ?? new Map<string, string>()
  if (record && variables.size > 0) {
    throw usageError('--var and --record cannot be used together for a sequence: set the variables in the workbench.')
  }
  if (halfClose || pacing.rate !== null || pacing.chunkSize !== null) {
    throw usageError('--half-close, --rate and --chunk cannot be used with a sequence.')
  }
  if (plan.retry !== null) throw usageError('--retry cannot be used with a sequence.')
  const once = { ...connection, retry: { ...connection.retry, schedule: { kind: 'never' as const } } }
  return { connection: once, passphrase, profileId, steps, variables, framing, timeoutMs, wireLog }
}

async function payloadOf(
  plan: SendPlan,
  profile: Profile | null,
  item: CollectionItem | null,
): Promise<Payload | null> {
  if (item?.kind === 'sequence') return null
  if (item?.kind === 'message') {
    const variables: GivenVariables = plan.saved?.variables ?? new Map<string, string>()
    return { kind: 'bytes', bytes: await composeSaved(item.message, variables, plan.framing) }
  }
  const { payload } = plan
  if (payload?.kind !== 'text') return payload
  const lineEnding = payload.lineEnding ?? profile?.composer.lineEnding ?? 'none'
  const bytes = withLineEnding(payload, lineEnding)
  // An empty TEXT sends nothing and is not an error: it says that standard input is not meant.
  return bytes.length === 0 ? null : { kind: 'bytes', bytes }
}

function withLineEnding({ bytes, encoding }: TextPayload, lineEnding: LineEndingName): Uint8Array {
  if (encoding === 'utf-8') return applyLineEnding(bytes, lineEnding)
  const text = utf8Text(applyLineEnding(new Uint8Array(0), lineEnding)) ?? ''
  const ending = encodeText(text, bytes.length === 0 ? encoding : encodingWithoutMark(encoding))
  if (!ending.ok) throw WirebenchError.fromShape(ending.error)
  return text === '' ? bytes : Buffer.concat([bytes, ending.bytes])
}
