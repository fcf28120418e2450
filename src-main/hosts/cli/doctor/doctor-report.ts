import type { DiagnosisReport, DiagnosisStep } from '../../../contract/schemas/diagnosis.ts'
import type { ChainLink } from '../../../contract/schemas/tls.ts'
import { escapeBytes } from '../../../protocol/text/escapes.ts'
import type { Report } from '../report.ts'

const nameWidth = 'client-certificate'.length

/**
 * Prints a diagnosis: for people each step as soon as it is done, then what is wrong and what to do; with `--json` one object
 * at the end. What a server says and what stands in its certificates is printed without its control characters.
 */
export class DoctorReport {
  readonly #report: Report
  #writing: Promise<void> = Promise.resolve()

  constructor(report: Report) {
    this.#report = report
  }

  /** A step that was taken just now. */
  step(step: DiagnosisStep): void {
    if (this.#report.json) return
    // What cannot be written is told by `conclude`.
    this.#writing = this.#writing.then(() => this.#report.raw(stepLines(step)))
    this.#writing.catch(() => undefined)
  }

  /** Errors: `file-unwritable`. */
  async conclude({ ok, cause, title, message, remedy, steps }: DiagnosisReport): Promise<void> {
    await this.#writing
    const verdict = cause === null ? title : `${title} [${cause}]`
    const advice = remedy === '' ? '' : `\nWhat to do: ${remedy}`
    await this.#report.result({ ok, cause, message, remedy, steps }, safe(`\n${verdict}\n${message}${advice}`))
  }
}

function stepLines(step: DiagnosisStep): string {
  const time = step.ms === 0 ? '' : `${step.ms.toFixed(step.ms < 10 ? 1 : 0)} ms`
  const head = `${step.step.padEnd(nameWidth)}  ${step.ok ? 'ok    ' : 'FAILED'} ${time.padStart(9)}  ${safe(step.detail)}\n`
  return step.step === 'certificate' ? head + step.chain.map(chainLine).join('') : head
}

function chainLine({ certificate, name, source, fault }: ChainLink, depth: number): string {
  const facts =
    certificate === null
      ? 'neither sent nor known here'
      : `${certificate.key}, ${day(certificate.validFromUnixMs)} to ${day(certificate.validToUnixMs)}, ${source === 'trusted' ? 'trusted here' : 'sent by the server'}`
  const blame = fault === null ? '' : `  <- ${fault}`
  const indent = ' '.repeat(nameWidth + 21)
  const line = `${indent}${depth} ${safe(name)}: ${facts}${blame}\n`
  return certificate === null ? line : `${line}${indent}  SHA-256 ${certificate.fingerprintSha256}\n`
}

const day = (unixMs: number): string => new Date(unixMs).toISOString().slice(0, 10)

/** A terminal obeys control characters. Line feeds are this program's own. */
function safe(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (character) => escapeBytes(new TextEncoder().encode(character)))
}
