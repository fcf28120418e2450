import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import type { ConnectionEnding, ConnectionEvent } from '../../../contract/schemas/connection.ts'
import type { RunSnapshot } from '../../../contract/schemas/sequence.ts'
import type { TlsSummary } from '../../../contract/schemas/tls.ts'
import { formatHex } from '../../../protocol/hex/parse-hex.ts'
import { utf8Text } from '../../../protocol/text/utf8.ts'
import { formatAddress, type Report } from '../report.ts'
import { PrintableText, printable } from './printable-text.ts'
import type { ReceivedFrame } from './received-frames.ts'

export type OutputFormat = 'raw' | 'text' | 'hex' | 'json'

/** Lower-case hex without separators. */
export const bareHex = (bytes: Uint8Array): string => formatHex(bytes, { groupSize: 0 })

/** ISO time with nanoseconds: `timeNs` after a Unix time in microseconds. */
export function isoTimeNs(startedAtUnixUs: number, timeNs: number): string {
  const unixNs = BigInt(startedAtUnixUs) * 1000n + BigInt(Math.round(timeNs))
  const second = new Date(Number(unixNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19)
  return `${second}.${String(unixNs % 1_000_000_000n).padStart(9, '0')}Z`
}

const endingWords: Readonly<Record<ConnectionEnding['how'], string>> = {
  fin: 'FIN',
  rst: 'RST',
  timeout: 'timeout',
  cancelled: 'cancelled',
  'not-connected': 'never connected',
  lost: 'connection lost',
  tls: 'TLS failed',
}

export type ConnectionEnds = Pick<Extract<ConnectionEvent, { kind: 'connected' }>, 'local' | 'remote'>

/** `authorized`: the certificate is good, enforced or not; else `reason` is the code of what is wrong with it. */
const securedFacts = ({ version, cipher, verdict }: Omit<TlsSummary, 'handshakeMs'>) => ({
  version,
  cipher,
  authorized: verdict.ok,
  reason: verdict.fault,
})

function securedWords({ version, cipher, verdict }: Omit<TlsSummary, 'handshakeMs'>): string {
  const doubt = verdict.ok ? '' : `, UNVERIFIED: ${verdict.message}`
  return `${version} (${cipher})${doubt}`.replace(/\.$/, '')
}

/** Prints what `wirebench send` sees, in the wanted format. `json` is that of the report. */
export class ExchangeReport {
  readonly #report: Report
  readonly #format: OutputFormat
  readonly #framing: FramingSettings | null
  readonly #text = new PrintableText()

  constructor(report: Report, format: OutputFormat, framing: FramingSettings | null) {
    this.#report = report
    this.#format = format
    this.#framing = framing
  }

  /** Once the connection can be used: with TLS after its handshake. */
  async connected({ local, remote }: ConnectionEnds, tls: Omit<TlsSummary, 'handshakeMs'> | null): Promise<void> {
    const secured = tls === null ? null : securedFacts(tls)
    const line = { event: 'connected', local: formatAddress(local), remote: formatAddress(remote), tls: secured }
    const note = tls === null ? '' : ` over ${securedWords(tls)}`
    await this.#report.event(line, `Connected to ${line.remote} from ${line.local}${note}.`)
  }

  /** No connection could be made, and it is tried again. */
  async retry({ attempt, delayMs }: Extract<ConnectionEvent, { kind: 'retry-scheduled' }>, why: string): Promise<void> {
    const line = { event: 'retry', attempt, delayMs: Math.round(delayMs) }
    await this.#report.event(line, `${why} Trying again in ${line.delayMs} ms (${attempt}).`)
  }

  /** Bytes as they came; with a framing `frame` prints them instead. */
  async received(bytes: Uint8Array, at: string): Promise<void> {
    if (this.#framing !== null) return
    if (this.#format === 'json') await this.#report.event({ event: 'received', hex: bareHex(bytes), at }, null)
    else if (this.#format === 'hex') await this.#report.raw(`${bareHex(bytes)}\n`)
    else await this.#report.raw(this.#format === 'text' ? this.#text.accept(bytes) : bytes)
  }

  async frame({ whole, payload, problem }: ReceivedFrame, at: string): Promise<void> {
    if (this.#format === 'json') {
      const line = { event: 'frame', hex: bareHex(payload), text: utf8Text(payload), at }
      await this.#report.event(problem === null ? line : { ...line, problem: problem.code }, null)
      return
    }
    if (problem !== null) await this.#report.note(problem.sentence)
    if (this.#format === 'hex') await this.#report.raw(`${bareHex(payload)}\n`)
    else await this.#report.raw(this.#format === 'text' ? `${printable(payload)}\n` : whole)
  }

  /** A step of a sequence that is over; steps count from 1. */
  async step({ step, outcome, elapsedMs, detail }: RunSnapshot['results'][number]): Promise<void> {
    const rounded = Math.round(elapsedMs * 1000) / 1000
    const note = `Step ${step + 1}: ${outcome} after ${rounded} ms${detail === null ? '' : `: ${JSON.stringify(detail)}`}`
    await this.#report.event({ event: 'step', step: step + 1, outcome, elapsedMs: rounded, detail }, note)
  }

  async closed({ by, how, unsentBytes }: ConnectionEnding): Promise<void> {
    if (this.#format === 'text') await this.#report.raw(this.#text.end())
    const unsent = unsentBytes === 0 ? '' : `, ${unsentBytes} bytes unsent`
    const who = { local: 'by this side', peer: 'by the peer', error: 'by an error' }[by]
    await this.#report.event({ event: 'closed', by, how }, `Closed ${who} (${endingWords[how]})${unsent}.`)
  }

  async summary(facts: {
    sentBytes: number
    receivedBytes: number
    elapsedMs: number
    captureId: string | null
  }): Promise<void> {
    const { sentBytes, receivedBytes, captureId } = facts
    const elapsedMs = Math.round(facts.elapsedMs * 1000) / 1000
    const kept = captureId === null ? '' : ` Kept as capture ${captureId}.`
    await this.#report.event(
      { event: 'summary', sentBytes, receivedBytes, elapsedMs, captureId },
      `Sent ${sentBytes} bytes, received ${receivedBytes} bytes in ${elapsedMs.toFixed(1)} ms.${kept}`,
    )
  }
}
