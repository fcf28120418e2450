import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import type { TextSpan } from '../../../src-main/protocol/text/utf8.ts'
import { controlName } from '../traffic/row-content.ts'

/** More text is not laid out at once; the bytes below show all of it. */
export const shownTextLength = 100_000

const tab = 0x09
const lineFeed = 0x0a

/**
 * A text to be looked at: the names of controls in quotes that point (`‹CR LF›`), LF breaking the line as well, and bytes
 * that are no text as hex there (`‹hex FF 80›`). `isCut` when there is more than is shown.
 */
export function shownText(
  spans: readonly TextSpan[],
  bytes: Uint8Array,
): { readonly text: string; readonly isCut: boolean } {
  const parts: string[] = []
  let controls: string[] = []
  let length = 0
  let isCut = false
  const push = (part: string): void => {
    parts.push(part)
    length += part.length
  }
  const endControls = (): void => {
    if (controls.length > 0) push(`‹${controls.join(' ')}›`)
    controls = []
  }
  for (const span of spans) {
    if (length >= shownTextLength) {
      isCut = true
      break
    }
    if (span.kind === 'control' && span.code !== tab) {
      controls.push(controlName(span.code))
      if (span.code !== lineFeed) continue
      endControls()
      push('\n')
      continue
    }
    endControls()
    if (span.kind === 'control') push('\t')
    else if (span.kind === 'text') push(span.text)
    else push(`‹hex ${formatHex(bytes.subarray(span.start, span.end), { uppercase: true })}›`)
  }
  endControls()
  const text = parts.join('')
  return { text: text.slice(0, shownTextLength), isCut: text.length > shownTextLength || isCut }
}
