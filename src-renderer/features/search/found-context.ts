import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { decodeUtf8 } from '../../../src-main/protocol/text/utf8.ts'

/** What stands for a control or a byte that is no text. */
const noText = '·'

/** Bytes around a place found, in one line: as hex where hex is looked for, else as text. */
export function contextText(bytes: Uint8Array, asHex: boolean): string {
  if (asHex) return formatHex(bytes, { uppercase: true })
  return decodeUtf8(bytes)
    .map((span) => {
      if (span.kind === 'text') return span.text
      return noText.repeat(span.kind === 'control' ? 1 : span.end - span.start)
    })
    .join('')
}
