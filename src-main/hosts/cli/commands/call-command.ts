import { WirebenchError } from '../../../contract/errors.ts'
import { completeConnectionSettings } from '../../../contract/schemas/connection.ts'
import { dataFolderOf } from '../../data-folder.ts'
import { CallExchange, type CallExchangeSettings } from '../call/call-exchange.ts'
import { callSettingsOf, planCall, type CallPlan } from '../call/call-plan.ts'
import { CallReport } from '../call/call-report.ts'
import type { CliIo } from '../cli-io.ts'
import { readProfile, type DialledProfile } from '../connection/dialled-profile.ts'
import { tlsSettingsOf } from '../connection/tls-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { interrupted } from '../interrupted.ts'
import { openKeepingEngine, openTemporaryEngine } from '../open-engine.ts'
import type { Report } from '../report.ts'

/** Longest connect timeout that connection settings can hold. */
const longestConnectTimeoutMs = 3_600_000
/** The command's own time limit speaks first. */
const connectTimeoutSlackMs = 1000

/** `wirebench call`: calls a command of a server, prints the answer, and ends. */
export async function runCallCommand(commandArguments: readonly string[], io: CliIo, report: Report): Promise<number> {
  const plan = await planCall(commandArguments, io)
  const interruption = interrupted(io)
  try {
    const profile = plan.target.kind === 'profile' ? await readProfile(plan.dataFolder, plan.target.name) : null
    const settings = exchangeSettingsOf(plan, profile)
    const engine = plan.record ? await openKeepingEngine(dataFolderOf(plan.dataFolder)) : await openTemporaryEngine()
    try {
      const exchange = new CallExchange(engine.link, settings, new CallReport(report))
      void interruption.wait().then(() => exchange.interrupt())
      const { captureId, ok } = await exchange.run()
      if (plan.record) await report.note(`Kept as capture ${captureId}.`)
      return ok ? exitCodes.asExpected : exitCodes.notAsExpected
    } finally {
      await engine.close()
    }
  } finally {
    interruption.forget()
  }
}

function exchangeSettingsOf(plan: CallPlan, profile: DialledProfile | null): CallExchangeSettings {
  const { target, timeoutMs, requests, tls } = plan
  const base =
    profile?.connection ??
    (target.kind === 'address' ? completeConnectionSettings({ host: target.host, port: target.port }) : null)
  if (base === null) throw new WirebenchError('profile-not-found', { profileId: null })
  const limit =
    timeoutMs === null ? {} : { connectTimeoutMs: Math.min(timeoutMs + connectTimeoutSlackMs, longestConnectTimeoutMs) }
  const retry = { ...base.retry, schedule: { kind: 'never' as const }, afterLoss: false, resendsUnsent: false }
  return {
    connection: { ...base, ...limit, tls: tlsSettingsOf(tls, base.tls), retry },
    passphrase: tls.passphrase,
    profileId: plan.record ? (profile?.id ?? null) : null,
    calls: callSettingsOf(plan, profile?.calls ?? null),
    requests,
    timeoutMs,
  }
}
