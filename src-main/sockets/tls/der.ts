/** Just enough of DER (X.690, section 8) to look at certificates and keys from the outside. */

export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  /** Where the next element begins. */
  readonly end: number
}

const longForm = 0x80
/** Lengths of more bytes are longer than anything that is read here. */
const maximumLengthBytes = 4

/** The element at an offset; null when there is no whole one. */
export function derElement(bytes: Uint8Array, offset = 0): DerElement | null {
  const tag = bytes[offset]
  const first = bytes[offset + 1]
  if (tag === undefined || first === undefined) return null
  let start = offset + 2
  let length = first
  if (first >= longForm) {
    const lengthBytes = first - longForm
    if (lengthBytes === 0 || lengthBytes > maximumLengthBytes || start + lengthBytes > bytes.length) return null
    length = 0
    for (const byte of bytes.subarray(start, start + lengthBytes)) length = length * 256 + byte
    start += lengthBytes
  }
  const end = start + length
  return end > bytes.length ? null : { tag, content: bytes.subarray(start, end), end }
}

const sequenceTag = 0x30
const objectIdentifierTag = 0x06

/** Whether the bytes are one sequence and nothing else. */
export function isWholeDer(bytes: Uint8Array): boolean {
  const element = derElement(bytes)
  return element !== null && element.tag === sequenceTag && element.end === bytes.length
}

/** The object identifier of a certificate's outer signature algorithm (RFC 5280, section 4.1.1.2), as dotted numbers. */
export function signatureAlgorithmOf(certificate: Uint8Array): string | null {
  const outer = derElement(certificate)
  const toBeSigned = outer === null ? null : derElement(outer.content)
  const algorithm = outer === null || toBeSigned === null ? null : derElement(outer.content, toBeSigned.end)
  const identifier = algorithm === null ? null : derElement(algorithm.content)
  return identifier?.tag === objectIdentifierTag ? dottedNumbers(identifier.content) : null
}

/** X.690, section 8.19. */
function dottedNumbers(content: Uint8Array): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f)
    if (byte < longForm) {
      numbers.push(number)
      number = 0
    }
  }
  const [head = 0, ...rest] = numbers
  const first = Math.min(2, Math.floor(head / 40))
  return [first, head - first * 40, ...rest].join('.')
}
