import { decodeUtf8 } from '../../../src-main/protocol/text/utf8.ts'

export interface CursorValue {
  readonly name: string
  /** Null when too few bytes follow the cursor. */
  readonly littleEndian: string | null
  readonly bigEndian: string | null
}

/** Bytes that must be at hand from the cursor on for every value to be read. */
export const cursorValueBytes = 64

interface Reader {
  readonly name: string
  readonly byteCount: number
  readonly read: (view: DataView, littleEndian: boolean) => number | bigint
}

const readers: readonly Reader[] = [
  { name: 'u8', byteCount: 1, read: (view) => view.getUint8(0) },
  { name: 'i8', byteCount: 1, read: (view) => view.getInt8(0) },
  { name: 'u16', byteCount: 2, read: (view, little) => view.getUint16(0, little) },
  { name: 'i16', byteCount: 2, read: (view, little) => view.getInt16(0, little) },
  { name: 'u32', byteCount: 4, read: (view, little) => view.getUint32(0, little) },
  { name: 'i32', byteCount: 4, read: (view, little) => view.getInt32(0, little) },
  { name: 'u64', byteCount: 8, read: (view, little) => view.getBigUint64(0, little) },
  { name: 'i64', byteCount: 8, read: (view, little) => view.getBigInt64(0, little) },
  { name: 'f32', byteCount: 4, read: (view, little) => view.getFloat32(0, little) },
  { name: 'f64', byteCount: 8, read: (view, little) => view.getFloat64(0, little) },
]

/** The numbers that the bytes from the cursor on stand for, exact for 64 bits. */
export function valuesAtCursor(bytes: Uint8Array): readonly CursorValue[] {
  return readers.map(({ name, byteCount, read }) => {
    if (bytes.length < byteCount) return { name, littleEndian: null, bigEndian: null }
    const view = new DataView(bytes.buffer, bytes.byteOffset, byteCount)
    const print = (littleEndian: boolean): string => printNumber(name, read(view, littleEndian))
    return { name, littleEndian: print(true), bigEndian: print(false) }
  })
}

/** The text that begins at the cursor, up to the first control or byte that is no UTF-8; null when there is none. */
export function textAtCursor(bytes: Uint8Array): string | null {
  const first = decodeUtf8(bytes)[0]
  return first?.kind === 'text' ? first.text : null
}

function printNumber(name: string, value: number | bigint): string {
  if (name === 'f32' && typeof value === 'number') return shortestSingle(value)
  return Object.is(value, -0) ? '-0' : String(value)
}

/** The shortest decimal that is the same single-precision number. */
function shortestSingle(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) return Object.is(value, -0) ? '-0' : String(value)
  for (let digits = 1; digits <= 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return String(rounded)
  }
  return String(value)
}
