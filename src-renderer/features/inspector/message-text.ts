import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import type { TextSpan } from '../../../src-main/protocol/text/utf8.ts'

/** More text is not laid out at once; the bytes below show all of it. */
export const shownTextLength = 100_000

const firstPicture = 0x2400
const deletePicture = '\u2421'
const lineFeed = 0x0a

/**
 * A text to be looked at: controls as their signs (LF breaks the line as well), bytes that are no text as hex in
 * brackets. `isCut` when there is more than is shown.
 */
export function shownText(
  spans: readonly TextSpan[],
  bytes: Uint8Array,
): { readonly text: string; readonly isCut: boolean } {
  let text = ''
  for (const span of spans) {
    if (text.length >= shownTextLength) return { text: text.slice(0, shownTextLength), isCut: true }
    text += wordsOf(span, bytes)
  }
  return { text: text.slice(0, shownTextLength), isCut: text.length > shownTextLength }
}

function wordsOf(span: TextSpan, bytes: Uint8Array): string {
  switch (span.kind) {
    case 'text':
      return span.text
    case 'invalid':
      return `⟨${formatHex(bytes.subarray(span.start, span.end), { uppercase: true })}⟩`
    case 'control':
      if (span.code === lineFeed) return '\u240a\n'
      if (span.code === 0x7f) return deletePicture
      return span.code < 0x20
        ? String.fromCharCode(firstPicture + span.code)
        : `⟨U+${span.code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  }
}
