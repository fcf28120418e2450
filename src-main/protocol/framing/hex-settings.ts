import { parseHex } from '../hex/parse-hex.ts'

/** The bytes of a hex value of settings, which the schema has checked already. */
export function hexToBytes(hex: string): Uint8Array {
  const parsed = parseHex(hex)
  if (!parsed.ok) throw new TypeError(parsed.error.message)
  return parsed.bytes
}
