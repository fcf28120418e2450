/** What bytes stand for in one way of reading: a value, or a short remark why there is none. */
export interface ReadValue {
  readonly text: string
  /** False when `text` is a remark. */
  readonly isValue: boolean
}

/** One way of reading the bytes from a place on. */
export interface ByteReading {
  /** Unique within its group. */
  readonly name: string
  /** Read with the least significant byte first; for readings without an order the only value. */
  readonly little: ReadValue
  /** Read with the most significant byte first; null where bytes have no order. */
  readonly big: ReadValue | null
}

export function valueOf(text: string): ReadValue {
  return { text, isValue: true }
}

export function remark(text: string): ReadValue {
  return { text, isValue: false }
}

/** For times and others that cannot be told. */
export const outOfRange = remark('out of range')

/** What is said where fewer than `byteCount` bytes follow. */
export function needsBytes(byteCount: number): ReadValue {
  return remark(`needs ${byteCount} bytes`)
}

/** A reading of `byteCount` bytes in both orders; `read` is given exactly those bytes, most significant one first. */
export function bothOrders(
  bytes: Uint8Array,
  name: string,
  byteCount: number,
  read: (bigEndian: Uint8Array) => ReadValue,
): ByteReading {
  if (bytes.length < byteCount) {
    const missing = needsBytes(byteCount)
    return { name, little: missing, big: missing }
  }
  const own = bytes.slice(0, byteCount)
  return { name, big: read(own), little: read(own.slice().reverse()) }
}

/** A reading of exactly `byteCount` bytes that have no order. */
export function oneOrder(
  bytes: Uint8Array,
  name: string,
  byteCount: number,
  read: (bytes: Uint8Array) => ReadValue,
): ByteReading {
  const little = bytes.length < byteCount ? needsBytes(byteCount) : read(bytes.subarray(0, byteCount))
  return { name, little, big: null }
}
