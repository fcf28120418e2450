import type { ChainLink } from '../../../src-main/contract/schemas/tls.ts'
import type { DiagnosisReport, DiagnosisStep } from '../../../src-main/contract/schemas/diagnosis.ts'
import { formatDay, formatMoment } from '../../format/times.ts'
import { doctorWords, reportWords as words } from '../../strings/doctor.ts'
import { tlsWords } from '../../strings/tls.ts'
import { formatDuration } from '../../format/durations.ts'
import { fullFingerprint } from '../tls/certificate-words.ts'

/** The report to be sent to whoever runs the server: everything found, in lines of plain text. */
export function reportAsText(report: DiagnosisReport, address: string): string {
  const chain = chainOf(report.steps)
  return [
    `${address}, ${formatMoment(report.takenAtUnixUs)}`,
    `${report.title}${report.cause === null ? '' : words.cause(report.cause)}`,
    '',
    report.message,
    ...(report.remedy === '' ? [] : [report.remedy]),
    '',
    ...report.steps.map(stepLine),
    ...(chain.length === 0 ? [] : ['', ...chain.flatMap(linkLines)]),
    '',
  ].join('\n')
}

/** The report as programs read it. */
export function reportAsJson(report: DiagnosisReport): string {
  return `${JSON.stringify(report, null, 2)}\n`
}

/** The chain of a server, where a certificate was seen. */
export function chainOf(steps: readonly DiagnosisStep[]): readonly ChainLink[] {
  return steps.findLast((step) => step.step === 'certificate')?.chain ?? []
}

/** Empty for a step that took no time of its own: what it tells was found by another. */
export function stepDuration({ ms }: DiagnosisStep): string {
  return ms === 0 ? '' : formatDuration(ms)
}

function stepLine(step: DiagnosisStep): string {
  const sign = step.ok ? words.good : words.bad
  return `${sign} ${doctorWords.stepNames[step.step].padEnd(20)}${stepDuration(step).padStart(9)}  ${step.detail}`
}

function linkLines({ certificate, name, fault }: ChainLink, index: number): readonly string[] {
  const failed = fault === null ? '' : words.cause(fault)
  const heading = `${words.certificate(index + 1)}: ${certificate?.subject ?? name}${failed}`
  if (certificate === null) return [heading, `  ${tlsWords.notSent}`]
  const { issuer, validFromUnixMs, validToUnixMs, subjectAltNames, fingerprintSha256 } = certificate
  return [
    heading,
    `  ${tlsWords.issuer}: ${issuer}`,
    `  ${tlsWords.names}: ${subjectAltNames.join(', ') || tlsWords.noNames}`,
    `  ${tlsWords.valid}: ${tlsWords.validRange(formatDay(validFromUnixMs), formatDay(validToUnixMs))}`,
    `  ${tlsWords.sha256}: ${fullFingerprint(fingerprintSha256)}`,
  ]
}
