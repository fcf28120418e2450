import type { ComposerMode } from '../../../src-main/contract/schemas/profile.ts'
import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { escapeBytes } from '../../../src-main/protocol/text/escapes.ts'

/** Bytes of a message that its mirror line shows at most. */
const mirroredBytes = 256

/** One line of the same bytes in the other notation. */
export function mirrorLine(bytes: Uint8Array, mode: ComposerMode): string {
  const first = bytes.subarray(0, mirroredBytes)
  const line = mode === 'text' ? formatHex(first, { uppercase: true }) : escapeBytes(first)
  return bytes.length > mirroredBytes ? `${line} …` : line
}
