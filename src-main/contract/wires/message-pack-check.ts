/**
 * Checks the skeleton of a MessagePack message before anything is built from it, because a decoder reserves room for
 * as many elements as a five-byte header claims.
 *
 * Rules (https://github.com/msgpack/msgpack/blob/master/spec.md): every value takes at least one byte, so the values
 * still owed never exceed the bytes left; nesting is at most `maximumDepth`; extension types are not part of the
 * contract; the one value ends with the last byte.
 */

/** Deepest nesting of arrays and maps that is accepted. */
export const maximumDepth = 48
/** Most values (keys included) that one message may hold. */
export const maximumValues = 1_000_000

/** Null when the skeleton is sound, else what is wrong and at which byte. */
export function findMessagePackFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  /** Values still owed at each open level. */
  const owed: number[] = [1]
  let owedInAll = 1
  let values = 0
  let position = 0
  while (owedInAll > 0) {
    if (position >= bytes.length) return `it ends in the middle, after ${bytes.length} bytes`
    if ((values += 1) > maximumValues) return `it holds more than ${maximumValues} values`
    const head = readHead(view, position)
    if (head === null) return `the byte at ${position} begins no value that is allowed or whole`
    position += head.byteLength
    if (position > bytes.length) return `a value reaches beyond the end, byte ${bytes.length}`
    owed[owed.length - 1] = (owed.at(-1) ?? 0) - 1
    owedInAll += head.children - 1
    if (owedInAll > bytes.length - position) return `more values are announced than bytes follow byte ${position}`
    if (head.children > 0 && owed.push(head.children) > maximumDepth) return `it is nested deeper than ${maximumDepth}`
    while (owed.at(-1) === 0) owed.pop()
  }
  return position === bytes.length ? null : `${bytes.length - position} bytes follow its end`
}

interface Head {
  /** Bytes of the head together with the content that holds no further values. */
  readonly byteLength: number
  /** Values that follow and belong to this one: elements of an array, keys and values of a map. */
  readonly children: number
}

const scalar = (byteLength: number): Head => ({ byteLength, children: 0 })
const array = (byteLength: number, length: number): Head => ({ byteLength, children: length })
const map = (byteLength: number, length: number): Head => ({ byteLength, children: length * 2 })

/** Null for the type that does not exist (0xc1), extension types, and a head that is cut off. */
function readHead(view: DataView, at: number): Head | null {
  const first = view.getUint8(at)
  if (first < 0x80 || first >= 0xe0) return scalar(1)
  if (first < 0x90) return map(1, first & 0x0f)
  if (first < 0xa0) return array(1, first & 0x0f)
  if (first < 0xc0) return scalar(1 + (first & 0x1f))
  const lengthBytes = lengthBytesOf(first)
  if (lengthBytes === null || at + 1 + lengthBytes > view.byteLength) return null
  const length = readLength(view, at + 1, lengthBytes)
  const headBytes = 1 + lengthBytes
  switch (first) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return scalar(1)
    case 0xc4: // bin 8, 16, 32
    case 0xc5:
    case 0xc6:
    case 0xd9: // str 8, 16, 32
    case 0xda:
    case 0xdb:
      return scalar(headBytes + length)
    case 0xdc: // array 16, 32
    case 0xdd:
      return array(headBytes, length)
    case 0xde: // map 16, 32
    case 0xdf:
      return map(headBytes, length)
    case 0xcc: // uint 8, int 8
    case 0xd0:
      return scalar(2)
    case 0xcd: // uint 16, int 16
    case 0xd1:
      return scalar(3)
    case 0xca: // float 32, uint 32, int 32
    case 0xce:
    case 0xd2:
      return scalar(5)
    case 0xcb: // float 64, uint 64, int 64
    case 0xcf:
    case 0xd3:
      return scalar(9)
    default:
      return null
  }
}

/** Bytes of the length field after the first byte; null for types that are not allowed. */
function lengthBytesOf(first: number): 0 | 1 | 2 | 4 | null {
  if (first === 0xc4 || first === 0xd9) return 1
  if (first === 0xc5 || first === 0xda || first === 0xdc || first === 0xde) return 2
  if (first === 0xc6 || first === 0xdb || first === 0xdd || first === 0xdf) return 4
  if (first === 0xc1 || (first >= 0xc7 && first <= 0xc9) || (first >= 0xd4 && first <= 0xd8)) return null
  return 0
}

function readLength(view: DataView, at: number, lengthBytes: 0 | 1 | 2 | 4): number {
  if (lengthBytes === 1) return view.getUint8(at)
  if (lengthBytes === 2) return view.getUint16(at)
  return lengthBytes === 4 ? view.getUint32(at) : 0
}
