import type { ErrorData } from '../../contract/errors.ts'
import type { DiagnosisCause, DiagnosisRemedyAction } from '../../contract/schemas/diagnosis.ts'
import { versionName, versionRange } from '../tls/tls-versions.ts'
import type { CauseFacts, CauseTable } from './cause-facts.ts'
import { certificateCauses } from './certificate-causes.ts'
import { connectionCauses } from './connection-causes.ts'
import type { DiagnosisFindings } from './findings.ts'
import { nameCause } from './name-cause.ts'
import { tlsCauses } from './tls-causes.ts'
import { addressText, listOf, quotedBytes } from './words.ts'

/** What a person is told. */
export interface Explanation {
  readonly ok: boolean
  readonly cause: DiagnosisCause | null
  readonly title: string
  readonly message: string
  readonly remedy: string
  readonly actions: DiagnosisRemedyAction[]
}

/** What is said of each cause. */
export const causeExplanations: CauseTable<DiagnosisCause> = { ...connectionCauses, ...tlsCauses, ...certificateCauses }

/** The report on what was found, without the steps. */
export function explainFindings(findings: DiagnosisFindings): Explanation {
  const found = nameCause(findings)
  if (found === null) return { ok: true, cause: null, ...allWell(findings), remedy: '', actions: [] }
  const { cause, error } = found
  const facts = factsOf(findings, error?.data ?? {}, error?.message ?? '')
  const { title, message, remedy, actions } = causeExplanations[cause]
  return { ok: false, cause, title, message: message(facts), remedy: remedy(facts), actions: [...actions(facts)] }
}

function allWell({ subject, handshake, connects }: DiagnosisFindings): { title: string; message: string } {
  const unreached = connects.filter(({ finding }) => finding.error !== null).length
  const others =
    unreached === 0 ? '' : ` ${unreached} of its ${connects.length} addresses cannot be reached, though; see the steps.`
  const secured = handshake?.secured ?? null
  if (subject.switchesByHand) {
    const message = `The server takes connections.${others} TLS begins by hand with these settings, so its handshake and its certificate were not looked at. To have them looked at, let TLS begin at once or after an exchange in plain text.`
    return { title: 'It works in plain text', message }
  }
  if (subject.tls === null || secured === null) {
    return { title: 'It works', message: `The server takes connections.${others}` }
  }
  const { version, cipher, verdict } = secured.summary
  const negotiated = `The server takes connections and speaks ${versionName(version)} with ${cipher}.`
  if (verdict.ok) return { title: 'It works', message: `${negotiated} Its certificate is good.${others}` }
  const message = `${negotiated} Its certificate is not checked with these settings, and it is not good: ${verdict.message}${others}`
  return { title: 'It works, unverified', message }
}

function factsOf(findings: DiagnosisFindings, data: ErrorData, errorMessage: string): CauseFacts {
  const { subject, connects, banner, versions, handshake } = findings
  const reached = connects.find(({ finding }) => finding.error === null) ?? connects[0]
  const { minimum, maximum } = versionRange(subject.tls ?? { minimumVersion: null, maximumVersion: null })
  const chain = handshake?.secured?.certificates.peerChain ?? []
  return {
    host: subject.host,
    port: subject.port,
    address: addressText(reached?.remote.address ?? subject.host, subject.port),
    timeoutMs: subject.timeoutMs,
    data,
    errorMessage,
    banner: banner === null || banner.bytes.length === 0 ? null : quotedBytes(banner.bytes, 60),
    offered: versions === null || versions.offered.length === 0 ? null : listOf(versions.offered.map(versionName)),
    allowed: minimum === maximum ? versionName(minimum) : `${versionName(minimum)} to ${versionName(maximum)}`,
    hasRoot: chain.at(-1)?.certificate != null,
  }
}
