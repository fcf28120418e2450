import type { ErrorCode } from '../../contract/errors.ts'
import type { TlsSettings, TlsVersion } from '../../contract/schemas/tls.ts'
import type { HandshakeFinding, VersionsFinding } from '../../protocol/diagnosis/findings.ts'
import { tlsVersions } from '../../protocol/tls/tls-versions.ts'
import type { ConnectionProbes, HandshakePreamble, PreparedTls, ProbeRequest } from '../ports.ts'

/** So many at a time: servers that count failed handshakes must not take the doctor for an attack. */
const maximumParallel = 2
const longestProbeMs = 5000
/** Every cipher there is, down to the oldest: the question is the version alone. */
const everyCipher = 'ALL:@SECLEVEL=0'

export interface VersionQuestion {
  readonly probes: ConnectionProbes
  readonly request: ProbeRequest
  readonly settings: TlsSettings
  readonly preamble: HandshakePreamble | null
  prepare(settings: TlsSettings): Promise<PreparedTls>
  now(): number
}

/** Offers each version alone. Whoever agrees to it takes it, also when it then asks for a client certificate. */
export async function askForVersions(question: VersionQuestion): Promise<VersionsFinding> {
  const startedMs = question.now()
  const answers = new Map<TlsVersion, boolean>()
  const waiting = [...tlsVersions]
  const askOn = async (): Promise<void> => {
    for (let version = waiting.shift(); version !== undefined; version = waiting.shift()) {
      answers.set(version, isAgreed(await offer(question, version)))
    }
  }
  await Promise.all(Array.from({ length: maximumParallel }, askOn))
  return {
    offered: tlsVersions.filter((version) => answers.get(version) === true),
    refused: tlsVersions.filter((version) => answers.get(version) === false),
    elapsedMs: question.now() - startedMs,
  }
}

async function offer(question: VersionQuestion, version: TlsVersion): Promise<HandshakeFinding> {
  const { probes, request, preamble } = question
  const tls = await question.prepare({
    ...question.settings,
    minimumVersion: version,
    maximumVersion: version,
    verification: 'off',
    checksName: false,
    pinnedFingerprint: null,
    ciphers: version === 'TLSv1.3' ? null : everyCipher,
    alpn: [],
    resumesSession: false,
  })
  const timeoutMs = Math.min(request.timeoutMs, longestProbeMs)
  return probes.handshake({ ...request, timeoutMs }, tls, { preamble, looksAfterwards: false })
}

const agreedCodes: readonly ErrorCode[] = ['client-certificate-required', 'client-certificate-rejected']

const isAgreed = ({ secured, error }: HandshakeFinding): boolean =>
  secured !== null || (error !== null && agreedCodes.includes(error.code))
