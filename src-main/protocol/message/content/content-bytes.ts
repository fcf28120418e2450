import type { ByteSpan } from '../composition.ts'

/** The content of a message. `masked` is where it tells a secret, `computed` what computed fields filled. */
export interface ContentBytes {
  readonly bytes: Uint8Array
  readonly masked: readonly ByteSpan[]
  readonly computed?: readonly ByteSpan[]
}

/** All of it is masked when it tells a secret at a place that is not known. */
export function maskedAsAWhole(bytes: Uint8Array, tellsSecret: boolean): ContentBytes {
  return { bytes, masked: tellsSecret ? [{ start: 0, end: bytes.length }] : [] }
}
