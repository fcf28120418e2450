/** A name with its value; `bad` for what went wrong. */
export interface Fact {
  readonly name: string
  readonly value: string
  readonly tone?: 'plain' | 'good' | 'bad' | 'warn'
  /** Digits that are compared by eye, such as a fingerprint. */
  readonly monospace?: boolean
}
