import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { DiagnosisReport, DiagnosisStep } from '../../contract/schemas/diagnosis.ts'
import type { TlsSettings } from '../../contract/schemas/tls.ts'
import type { PlainConnectionSettings } from '../../protocol/connection/connection-inputs.ts'
import { verdictOfOtherFamily } from '../../protocol/connection/connection-verdict.ts'
import { ipLiteral } from '../../protocol/connection/ip-literal.ts'
import { explainFindings } from '../../protocol/diagnosis/explain-cause.ts'
import {
  isCancelled,
  type DiagnosisFindings,
  type HandshakeFinding,
  type ResolveFinding,
} from '../../protocol/diagnosis/findings.ts'
import { speaksTls } from '../../protocol/diagnosis/name-cause.ts'
import * as steps from '../../protocol/diagnosis/steps.ts'
import { parseEscapedText } from '../../protocol/text/escapes.ts'
import type {
  Clock,
  ConnectionProbes,
  HandshakePreamble,
  NameResolver,
  PreparedTls,
  ProbeRequest,
  ResolvedAddress,
  TlsProvider,
} from '../ports.ts'
import { askForVersions } from './version-offers.ts'
import { within } from './within.ts'

/** Of a name with more addresses the first ones are looked at. */
const maximumAddresses = 8
/** How long a server is given to speak first. Those that do are quick. */
const bannerMs = 500
/** A trial on a server that need not speak TLS: one that does answers a hello at once. */
const trialMs = 1500
/** Settings of the trial: whatever the server speaks. */
const trialSettings = { minimumVersion: 'TLSv1', maximumVersion: null, verification: 'off', checksName: false } as const

export interface DiagnosisPorts {
  readonly clock: Clock
  readonly resolver: NameResolver
  readonly tls: TlsProvider
  readonly probes: ConnectionProbes
}

export interface DiagnosisRequest {
  readonly settings: PlainConnectionSettings
  /** What TLS settings are when nothing is said. */
  readonly defaultTls: TlsSettings
  readonly passphrase: string | null
  readonly timeoutMs: number
  readonly signal: CancelSignal
  /** Told each step when it is done, in order. */
  onStep(step: DiagnosisStep): void
}

/** One diagnosis: finds out step by step, stops where it makes no sense to go on, and reports. */
export class Diagnosis {
  readonly #ports: DiagnosisPorts
  readonly #request: DiagnosisRequest
  readonly #steps: DiagnosisStep[] = []
  readonly #startedMs: number
  #findings: DiagnosisFindings
  /** What is said in plain text before the handshake; null for nothing. */
  #preamble: HandshakePreamble | null = null

  constructor(ports: DiagnosisPorts, request: DiagnosisRequest) {
    this.#ports = ports
    this.#request = request
    this.#startedMs = this.#nowMs()
    const { host, port, tls } = request.settings
    // A switch by hand comes when a person wants it: until then it is plain TCP.
    const switchesByHand = tls?.start.kind === 'by-hand'
    this.#findings = {
      subject: {
        host,
        port,
        tls: switchesByHand ? null : tls,
        switchesByHand,
        timeoutMs: request.timeoutMs,
      },
      settingsError: null,
      resolve: null,
      connects: [],
      banner: null,
      handshake: null,
      versions: null,
    }
  }

  /** Errors: `cancelled`. Everything else is the report. */
  async run(): Promise<DiagnosisReport> {
    const prepared = await this.#prepare()
    const addresses = await this.#resolve()
    const remote = addresses === null ? null : await this.#connect(addresses)
    if (remote !== null) await this.#talk(remote, prepared)
    else this.#tellUnusable()
    return {
      ...explainFindings(this.#findings),
      steps: this.#steps,
      elapsedMs: this.#nowMs() - this.#startedMs,
      takenAtUnixUs: this.#ports.clock.unixMicroseconds(),
    }
  }

  /** The settings' TLS, made ready; null when there is none or it cannot be used. */
  async #prepare(): Promise<PreparedTls | null> {
    const { tls, host } = this.#findings.subject
    if (tls === null) return null
    try {
      this.#preamble = preambleOf(tls)
      return await this.#ports.tls.prepare(tls, host, this.#request.passphrase)
    } catch (thrown) {
      this.#find({ settingsError: toErrorShape(thrown) })
      return null
    }
  }

  async #resolve(): Promise<readonly ResolvedAddress[] | null> {
    const { host, addressFamily } = this.#request.settings
    const literal = ipLiteral(host)
    const startedMs = this.#nowMs()
    const finish = (found: readonly ResolvedAddress[], error: ErrorShape | null): void => {
      const addresses = found.map(({ address }) => address)
      const elapsedMs = literal === null ? this.#nowMs() - startedMs : 0
      const finding: ResolveFinding = { isAddress: literal !== null, addresses, error, elapsedMs }
      this.#find({ resolve: finding })
      this.#tell(steps.resolveStep(host, finding))
    }
    if (literal !== null) {
      const isAllowed = addressFamily === 'any' || addressFamily === literal.family
      finish([literal], isAllowed ? null : verdictOfOtherFamily(host, literal.family).error)
      return isAllowed ? [literal] : null
    }
    try {
      const found = await within(this.#ports.resolver.resolve(host, addressFamily), {
        clock: this.#ports.clock,
        timeoutMs: this.#request.timeoutMs,
        signal: this.#request.signal,
      })
      if (found.isLate) {
        const reason = `There was no answer within ${this.#request.timeoutMs} ms.`
        throw new WirebenchError('name-lookup-failed', { host, reason })
      }
      if (found.value.length === 0) throw new WirebenchError('name-not-found', { host })
      finish(found.value, null)
      return found.value.slice(0, maximumAddresses)
    } catch (thrown) {
      const error = toErrorShape(thrown)
      if (isCancelled(error)) throw thrown
      finish([], error)
      return null
    }
  }

  /** Connects to all addresses at once; the first that connects, in the order of the addresses, is looked at further. */
  async #connect(addresses: readonly ResolvedAddress[]): Promise<SocketAddress | null> {
    const dialled = addresses.map((address) => {
      const remote = { ...address, port: this.#findings.subject.port }
      return { remote, finding: this.#ports.probes.connect(this.#probeRequest(remote)) }
    })
    for (const { remote, finding: connecting } of dialled) {
      const finding = await connecting
      this.#stopIfCancelled(finding.error)
      this.#find({ connects: [...this.#findings.connects, { remote, finding }] })
      this.#tell(steps.connectStep(remote, finding))
    }
    return this.#findings.connects.find(({ finding }) => finding.error === null)?.remote ?? null
  }

  async #talk(remote: SocketAddress, prepared: PreparedTls | null): Promise<void> {
    const { subject } = this.#findings
    const banner = await this.#ports.probes.banner(
      this.#probeRequest(remote),
      Math.min(bannerMs, this.#request.timeoutMs),
    )
    this.#stopIfCancelled(banner.error)
    this.#find({ banner })
    this.#tell(steps.bannerStep(banner))
    if (subject.tls === null) {
      // Who talks in plain text, or wants nothing to do with this client, is not sent a hello.
      if (banner.bytes.length === 0 && banner.ended === null) await this.#tryTls(remote)
    } else if (prepared === null) {
      this.#tellUnusable()
    } else {
      await this.#secure(remote, prepared, subject.tls)
    }
  }

  /** On plain TCP: whether the server waits for a hello. */
  async #tryTls(remote: SocketAddress): Promise<void> {
    const settings = { ...this.#request.defaultTls, ...trialSettings }
    const tls = await this.#ports.tls.prepare(settings, this.#request.settings.host, null)
    const request = this.#probeRequest(remote)
    const handshake = await this.#ports.probes.handshake(
      { ...request, timeoutMs: Math.min(trialMs, request.timeoutMs) },
      tls,
      { preamble: null, looksAfterwards: false },
    )
    this.#stopIfCancelled(handshake.error)
    this.#find({ handshake })
    this.#tell(steps.tlsStep(handshake, null))
    if (speaksTls(handshake)) await this.#askForVersions(remote, settings)
  }

  async #secure(remote: SocketAddress, prepared: PreparedTls, settings: TlsSettings): Promise<void> {
    const options = { preamble: this.#preamble, looksAfterwards: true }
    const handshake = await this.#ports.probes.handshake(this.#probeRequest(remote), prepared, options)
    this.#stopIfCancelled(handshake.error)
    this.#find({ handshake })
    this.#tell(steps.tlsStep(handshake, settings))
    if (handshake.secured !== null) {
      const nowUnixMs = this.#ports.clock.unixMicroseconds() / 1000
      for (const step of steps.certificateSteps(handshake.secured, nowUnixMs)) this.#tell(step)
    }
    const hasCertificate = settings.certificatePath !== null || settings.pfxPath !== null
    for (const step of steps.clientCertificateStep(handshake, hasCertificate)) this.#tell(step)
    if (mayTakeVersions(handshake)) await this.#askForVersions(remote, settings)
  }

  async #askForVersions(remote: SocketAddress, settings: TlsSettings): Promise<void> {
    const { host } = this.#request.settings
    const versions = await askForVersions({
      probes: this.#ports.probes,
      request: this.#probeRequest(remote),
      settings,
      preamble: this.#preamble,
      prepare: (alone) => this.#ports.tls.prepare(alone, host, this.#request.passphrase),
      now: () => this.#nowMs(),
    })
    this.#stopIfCancelled(null)
    this.#find({ versions })
    this.#tell(steps.versionsStep(versions, this.#findings.subject.tls))
  }

  #tellUnusable(): void {
    const { settingsError } = this.#findings
    if (settingsError !== null) this.#tell(steps.unusableSettingsStep(settingsError.message))
  }

  #probeRequest(remote: SocketAddress): ProbeRequest {
    const { settings, timeoutMs, signal } = this.#request
    return { remote, localAddress: settings.localAddress, timeoutMs, signal }
  }

  #find(found: Partial<DiagnosisFindings>): void {
    this.#findings = { ...this.#findings, ...found }
  }

  #tell(step: DiagnosisStep): void {
    this.#steps.push(step)
    this.#request.onStep(step)
  }

  #stopIfCancelled(error: ErrorShape | null): void {
    if (this.#request.signal.aborted || isCancelled(error)) throw new WirebenchError('cancelled')
  }

  #nowMs(): number {
    return this.#ports.clock.monotonicNs() / 1e6
  }
}

/** A server that speaks no TLS, or does not answer, is not asked four times more. */
function mayTakeVersions({ error }: HandshakeFinding): boolean {
  const code = error?.code ?? null
  return code !== 'plaintext-server' && code !== 'handshake-timeout' && code !== 'connect-timeout'
}

/** The plain text before a handshake, its escapes understood. Errors in it are those of composing. */
function preambleOf({ start }: TlsSettings): HandshakePreamble | null {
  if (start.kind !== 'after-text') return null
  const bytesOf = (text: string): Uint8Array => {
    const parsed = parseEscapedText(text)
    if (!parsed.ok) throw WirebenchError.fromShape(parsed.error)
    return parsed.bytes
  }
  return { send: bytesOf(start.send), expect: bytesOf(start.expect) }
}
