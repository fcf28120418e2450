import { asBase64 } from '../../../src-main/protocol/hexdump/base64.ts'
import { asCArray } from '../../../src-main/protocol/hexdump/copy-formats.ts'
import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { escapeBytes } from '../../../src-main/protocol/text/escapes.ts'
import { utf8Text } from '../../../src-main/protocol/text/utf8.ts'

export type CopyFormat = 'text' | 'hex' | 'c-array' | 'base64'

/** Bytes in a form to be pasted elsewhere. `escaped`: they are not UTF-8, so the text has escapes instead. */
export function bytesForClipboard(
  bytes: Uint8Array,
  format: CopyFormat,
): { readonly text: string; readonly escaped: boolean } {
  switch (format) {
    case 'text': {
      const text = utf8Text(bytes)
      return text === null ? { text: escapeBytes(bytes), escaped: true } : { text, escaped: false }
    }
    case 'hex':
      return { text: formatHex(bytes, { uppercase: true }), escaped: false }
    case 'c-array':
      return { text: asCArray(bytes), escaped: false }
    case 'base64':
      return { text: asBase64(bytes), escaped: false }
  }
}
