/** Messages between markers, to and from the form on the wire. The rules stand in `marker-scanner.ts`. */
import type { MarkerFraming } from '../../contract/schemas/framing.ts'
import { ByteBuilder } from '../text/byte-builder.ts'
import { hexToBytes } from './hex-settings.ts'

/** The message with its markers, everything escaped that needs it. */
export function encodeMarkers(settings: MarkerFraming, payload: Uint8Array): Uint8Array {
  const start = hexToBytes(settings.startHex)
  const end = hexToBytes(settings.endHex)
  const { escape } = settings
  const builder = new ByteBuilder(payload.length + start.length + end.length)
  builder.append(start)
  for (const byte of payload) {
    if (escape !== null && (byte === escape.byte || byte === start[0] || byte === end[0])) {
      builder.push(escape.byte)
      builder.push(byte ^ escape.xor)
    } else {
      builder.push(byte)
    }
  }
  builder.append(end)
  return builder.toBytes()
}

/** The message of the content between the markers; null when it ends with an escape. */
export function decodeMarkers(settings: MarkerFraming, content: Uint8Array): Uint8Array | null {
  const { escape } = settings
  if (escape === null) return content
  const builder = new ByteBuilder(content.length)
  let escaped = false
  for (const byte of content) {
    if (escaped) builder.push(byte ^ escape.xor)
    else if (byte !== escape.byte) builder.push(byte)
    escaped = !escaped && byte === escape.byte
  }
  return escaped ? null : builder.toBytes()
}
