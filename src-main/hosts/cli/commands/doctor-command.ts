import { randomUUID } from 'node:crypto'
import { completeConnectionSettings, type ConnectionSettings } from '../../../contract/schemas/connection.ts'
import type { DiagnosisReport } from '../../../contract/schemas/diagnosis.ts'
import type { CliIo } from '../cli-io.ts'
import { CommandLine, parseAddress, usageError } from '../command-line.ts'
import { readProfile } from '../connection/dialled-profile.ts'
import { planTls, tlsOptions, tlsSettingsOf, type TlsPlan } from '../connection/tls-options.ts'
import { DoctorReport } from '../doctor/doctor-report.ts'
import { exitCodes } from '../exit-codes.ts'
import { interrupted } from '../interrupted.ts'
import { openTemporaryEngine } from '../open-engine.ts'
import type { Report } from '../report.ts'

const doctorOptions = { ...tlsOptions, profile: 'text' } as const
/** For each step, as the contract has it. */
const defaultTimeoutMs = 10_000
const longestTimeoutMs = 600_000

/** `wirebench doctor`: what happens when connecting, step by step; names the cause and the remedy. */
export async function runDoctorCommand(
  commandArguments: readonly string[],
  io: CliIo,
  report: Report,
): Promise<number> {
  const line = new CommandLine(commandArguments, doctorOptions)
  const tls = planTls(line, process.env)
  const timeoutMs = Math.min(line.timeoutMs() ?? defaultTimeoutMs, longestTimeoutMs)
  const settings = await settingsOf(line, tls)
  const interruption = interrupted(io)
  const engine = await openTemporaryEngine()
  try {
    const output = new DoctorReport(report)
    const diagnosisId = randomUUID()
    const unsubscribe = engine.link.subscribe('diagnosis.progress', null, (progress) => output.step(progress.step))
    const controller = new AbortController()
    void interruption.wait().then(() => controller.abort())
    const request = { diagnosisId, settings, passphrase: tls.passphrase, timeoutMs }
    const diagnosis = await engine.link.call('diagnosis.run', request, { signal: controller.signal })
    unsubscribe()
    await output.conclude(diagnosis)
    return exitCodeOfDiagnosis(diagnosis)
  } finally {
    interruption.forget()
    await engine.close()
  }
}

async function settingsOf(line: CommandLine, tls: TlsPlan): Promise<ConnectionSettings> {
  const name = line.text('profile')
  const [address, extra] = line.positionals
  const tooMuch = name === null ? extra : address
  if (tooMuch !== undefined) throw usageError(`"${tooMuch}" is one argument too many. See wirebench doctor --help.`)
  if (name !== null) {
    const { connection } = await readProfile(line.text('data-dir'), name)
    return { ...connection, tls: tlsSettingsOf(tls, connection.tls) }
  }
  if (address === undefined) throw usageError('Say where to connect: wirebench doctor HOST:PORT.')
  return completeConnectionSettings({ ...parseAddress(address), tls: tlsSettingsOf(tls, null) })
}

function exitCodeOfDiagnosis({ ok, cause }: DiagnosisReport): number {
  if (ok) return exitCodes.asExpected
  if (cause === 'connect-timeout' || cause === 'handshake-timeout') return exitCodes.timeout
  return cause === 'host-malformed' ? exitCodes.usage : exitCodes.connection
}
