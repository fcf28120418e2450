/** The byte values of SLIP (RFC 1055), and one message to and from its escaped form. */
import { ByteBuilder } from '../text/byte-builder.ts'

export const slipEnd = 0xc0
export const slipEscape = 0xdb
export const slipEscapedEnd = 0xdc
export const slipEscapedEscape = 0xdd

/** The message with its escapes and an END at both sides, the form RFC 1055 recommends. */
export function encodeSlip(payload: Uint8Array): Uint8Array {
  const builder = new ByteBuilder(payload.length + 16)
  builder.push(slipEnd)
  for (const byte of payload) {
    if (byte === slipEnd || byte === slipEscape) builder.push(slipEscape)
    builder.push(byte === slipEnd ? slipEscapedEnd : byte === slipEscape ? slipEscapedEscape : byte)
  }
  builder.push(slipEnd)
  return builder.toBytes()
}

/** The message of one frame, with or without its ENDs; null when an escape is broken. */
export function decodeSlip(content: Uint8Array): Uint8Array | null {
  const builder = new ByteBuilder(content.length)
  let escaped = false
  for (const byte of content) {
    if (escaped) {
      if (byte !== slipEscapedEnd && byte !== slipEscapedEscape) return null
      builder.push(byte === slipEscapedEnd ? slipEnd : slipEscape)
      escaped = false
    } else if (byte === slipEscape) {
      escaped = true
    } else if (byte !== slipEnd) {
      builder.push(byte)
    }
  }
  return escaped ? null : builder.toBytes()
}
