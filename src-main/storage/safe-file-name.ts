/** In bytes of UTF-8: with a number and the ending of a temporary file it stays below what any file system takes. */
const maximumNameBytes = 100
/** In UTF-16 units, with its dot. What is longer is no extension but part of the name. */
const maximumExtensionLength = 16

/** Names that Windows gives to devices, whatever their extension. */
const deviceName = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)$/i

/** Signs that are no part of a name on some system: controls, invisible ones that turn text around, halves of a sign. */
const forbidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"|?*]/gu

/**
 * A name that every system takes for a file in a folder, as much like the given one as can be. Of a path the last name
 * counts. Braces go, as two of them are a placeholder where the path is used.
 */
export function safeFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const signs = last
    .normalize('NFC')
    .replace(forbidden, '_')
    .replaceAll(/[{}]/g, '_')
    .replace(/^[.\s]+/, '')
  const { stem, extension } = partsOf(withoutEnd(signs))
  const free = deviceName.test((stem.split('.')[0] ?? '').trimEnd()) ? `_${stem}` : stem
  const short = withoutEnd(cutToBytes(free, maximumNameBytes - byteLength(extension)))
  return short === '' ? `file${extension}` : `${short}${extension}`
}

/** The name with a number before its extension; 1 is the name itself. */
export function numberedFileName(name: string, number: number): string {
  if (number === 1) return name
  const { stem, extension } = partsOf(name)
  return `${stem}-${number}${extension}`
}

function partsOf(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.')
  const isExtension = dot > 0 && name.length - dot <= maximumExtensionLength
  return isExtension ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' }
}

/** Windows drops dots and spaces at the end, so that two names would be one. A loop: the expression for it is slow. */
function withoutEnd(name: string): string {
  let end = name.length
  while (end > 0 && /[.\s]/.test(name.charAt(end - 1))) end -= 1
  return name.slice(0, end)
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length

function cutToBytes(text: string, maximumBytes: number): string {
  let bytes = 0
  let cut = ''
  for (const sign of text) {
    bytes += byteLength(sign)
    if (bytes > maximumBytes) break
    cut += sign
  }
  return cut
}
