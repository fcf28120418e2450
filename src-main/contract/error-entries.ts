/** What entries of the error catalogue are made of. */

/**
 * Who has to act: the user or caller (`LocalMisuse`), the other side of the connection (`PeerViolation`), or
 * this machine and its network (`HostFailure`).
 */
export type ErrorKind = 'LocalMisuse' | 'PeerViolation' | 'HostFailure'

export type ErrorDataValue = string | number | boolean | null
export type ErrorData = Readonly<Record<string, ErrorDataValue>>

export interface CatalogueEntry {
  readonly kind: ErrorKind
  /** Builds the sentence for the user from the error's data. */
  readonly sentence: (data: ErrorData) => string
}

export const text = (value: ErrorDataValue | undefined, fallback = 'unknown'): string =>
  value === undefined || value === null ? fallback : String(value)

/** A name within a sentence, in quotes so that its words are not read as those of the sentence. */
export const quoted = (value: ErrorDataValue | undefined): string => `“${text(value)}”`

/** `reason` is appended as its own sentence when the thrower knows more. */
export const withReason = (sentence: string, data: ErrorData): string =>
  data.reason === undefined || data.reason === null ? sentence : `${sentence} ${text(data.reason)}`

export const misuse = (sentence: CatalogueEntry['sentence']): CatalogueEntry => ({ kind: 'LocalMisuse', sentence })
export const peer = (sentence: CatalogueEntry['sentence']): CatalogueEntry => ({ kind: 'PeerViolation', sentence })
export const host = (sentence: CatalogueEntry['sentence']): CatalogueEntry => ({ kind: 'HostFailure', sentence })
