import type { ErrorCode, ErrorShape } from '../../contract/errors.ts'
import { diagnosisCause, type DiagnosisCause } from '../../contract/schemas/diagnosis.ts'
import { isOlderVersion, versionRange } from '../tls/tls-versions.ts'
import type { DiagnosisFindings, HandshakeFinding } from './findings.ts'

/** What is wrong, and the error that says it where there is one. */
export interface NamedCause {
  readonly cause: DiagnosisCause
  readonly error: ErrorShape | null
}

/** The first thing that keeps the connection from being used; null when nothing does. */
export function nameCause(findings: DiagnosisFindings): NamedCause | null {
  const { settingsError, resolve } = findings
  // Connecting would not even begin.
  if (settingsError !== null) return named(settingsError, 'tls-settings-unusable')
  if (resolve?.error != null) return named(resolve.error, 'name-lookup-failed')
  const connecting = causeOfConnects(findings)
  if (connecting !== null) return connecting
  return findings.subject.tls === null ? causeOfPlain(findings) : causeOfTls(findings)
}

const isCause = (code: string): code is DiagnosisCause => diagnosisCause.options.some((cause) => cause === code)

/** Errors of connecting and of TLS have the codes of causes, but for those that are none of the doctor's. */
function named(error: ErrorShape, otherwise: DiagnosisCause): NamedCause {
  return { cause: isCause(error.code) ? error.code : otherwise, error }
}

/** Of several addresses that failed, the one that says most. */
const tellingOrder: readonly ErrorCode[] = ['connection-reset', 'connection-refused', 'connect-timeout', 'unreachable']

function causeOfConnects({ connects, subject }: DiagnosisFindings): NamedCause | null {
  const errors = connects.flatMap(({ finding }) => (finding.error === null ? [] : [finding.error]))
  const [first] = errors
  if (first === undefined || errors.length < connects.length) return null
  const telling = tellingOrder
    .map((code) => errors.find((error) => error.code === code))
    .find((error) => error !== undefined)
  const error = telling ?? first
  if (error.code === 'connection-reset') {
    return { cause: subject.tls === null ? 'closed-at-once' : 'reset-before-tls', error }
  }
  return named(error, 'connection-failed')
}

function causeOfPlain({ banner, handshake }: DiagnosisFindings): NamedCause | null {
  if (handshake !== null && speaksTls(handshake)) return { cause: 'tls-server', error: null }
  const isMute = banner !== null && banner.ended !== null && banner.bytes.length === 0
  return isMute ? { cause: 'closed-at-once', error: banner.error } : null
}

function causeOfTls(findings: DiagnosisFindings): NamedCause | null {
  const { handshake } = findings
  if (handshake === null) return null
  const refusal = handshake.secured?.refusal ?? null
  // This side looks at the server's certificate first; the server has its say after that.
  if (refusal !== null) return named(refusal, 'certificate-invalid')
  const { error } = handshake
  if (error === null) return handshake.isClosedAfterwards ? { cause: 'closed-at-once', error: null } : null
  const found = named(error, 'handshake-failed')
  return isQuestionOfVersion(found.cause, findings) ? { cause: 'no-common-version', error } : found
}

/** Some servers say only that the handshake failed, or nothing at all, when no version suits them. */
const vagueCauses: readonly DiagnosisCause[] = [
  'no-common-cipher',
  'handshake-failed',
  'closed-during-handshake',
  'reset-before-tls',
  'reset-during-handshake',
]

function isQuestionOfVersion(cause: DiagnosisCause, { subject, versions }: DiagnosisFindings): boolean {
  if (!vagueCauses.includes(cause) || versions === null || versions.offered.length === 0) return false
  if (subject.tls === null) return false
  const { minimum, maximum } = versionRange(subject.tls)
  return versions.offered.every((version) => isOlderVersion(version, minimum) || isOlderVersion(maximum, version))
}

const tlsCodes: readonly ErrorCode[] = [
  'client-certificate-required',
  'client-certificate-rejected',
  'no-common-version',
  'no-common-cipher',
]

/** Whether a server answered a hello with TLS, be it with an alert. */
export function speaksTls({ secured, error }: HandshakeFinding): boolean {
  if (secured !== null) return true
  if (error === null) return false
  return tlsCodes.includes(error.code) || (error.code === 'handshake-failed' && isAlert(error.data.systemCode))
}

const isAlert = (code: unknown): boolean => typeof code === 'string' && /^ERR_SSL_(?:TLS|SSL)V/.test(code)
