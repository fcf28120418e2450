import type { ErrorData } from '../../contract/errors.ts'
import type { DiagnosisCause, DiagnosisRemedyAction } from '../../contract/schemas/diagnosis.ts'

/** What the sentences are made of. */
export interface CauseFacts {
  /** As it was entered. */
  readonly host: string
  readonly port: number
  /** `IP:PORT` of the server where one was found, else `HOST:PORT`. */
  readonly address: string
  readonly timeoutMs: number
  /** Of the error that says the cause; empty when there is none. */
  readonly data: ErrorData
  /** The sentence of that error. */
  readonly errorMessage: string
  /** The beginning of what the server said in plain text, in quotes; null when nothing. */
  readonly banner: string | null
  /** Versions that the server agrees to, in words; null when none was found. */
  readonly offered: string | null
  /** Versions that the settings allow, in words. */
  readonly allowed: string
  /** The last certificate of the chain is here, so that it can be trusted. */
  readonly hasRoot: boolean
}

export interface CauseExplanation {
  readonly title: string
  readonly message: (facts: CauseFacts) => string
  readonly remedy: (facts: CauseFacts) => string
  readonly actions: (facts: CauseFacts) => readonly DiagnosisRemedyAction[]
}

export type CauseTable<Cause extends DiagnosisCause> = Readonly<Record<Cause, CauseExplanation>>
