/** The first bytes of a message of which only the first bytes of the frame's content are at hand. */
import type { FramingSettings, MarkerFraming } from '../../contract/schemas/framing.ts'
import { ByteBuilder } from '../text/byte-builder.ts'
import { slipEnd, slipEscape, slipEscapedEnd } from './slip.ts'

export interface PayloadPrefix {
  readonly bytes: Uint8Array
  /** Nothing of the message is missing. */
  readonly isWhole: boolean
}

/** Most bytes of a frame's content that are needed for the first `maximumBytes` of its message. */
export function contentBytesForPrefix(settings: FramingSettings, maximumBytes: number): number {
  return hasEscapes(settings) ? maximumBytes * 2 + 2 : maximumBytes
}

/**
 * The first `maximumBytes` of the message of a frame without problem. `content` is the beginning of the frame's content, at
 * least `contentBytesForPrefix` bytes of it or all, and `isWhole` says that it is all.
 */
export function decodePayloadPrefix(
  settings: FramingSettings,
  content: Uint8Array,
  isWhole: boolean,
  maximumBytes: number,
): PayloadPrefix {
  const decoded = decodePrefix(settings, content, isWhole)
  if (decoded.length <= maximumBytes) return { bytes: decoded, isWhole }
  return { bytes: decoded.subarray(0, maximumBytes), isWhole: false }
}

function hasEscapes(settings: FramingSettings): boolean {
  return (
    settings.kind === 'slip' || settings.kind === 'cobs' || (settings.kind === 'markers' && settings.escape !== null)
  )
}

function decodePrefix(settings: FramingSettings, content: Uint8Array, isWhole: boolean): Uint8Array {
  switch (settings.kind) {
    case 'slip':
      return decodeSlipPrefix(content)
    case 'cobs':
      return decodeCobsPrefix(content, isWhole)
    case 'markers':
      return decodeMarkersPrefix(settings.escape, content)
    default:
      return content
  }
}

/** An escape that is cut off stands for nothing yet. */
function decodeSlipPrefix(content: Uint8Array): Uint8Array {
  const builder = new ByteBuilder(content.length)
  for (let index = 0; index < content.length; index++) {
    const byte = content[index] ?? 0
    if (byte !== slipEscape) builder.push(byte)
    else if (++index < content.length) builder.push(content[index] === slipEscapedEnd ? slipEnd : slipEscape)
  }
  return builder.toBytes()
}

/** The zero after a block is known once something follows the block. */
function decodeCobsPrefix(content: Uint8Array, isWhole: boolean): Uint8Array {
  const builder = new ByteBuilder(content.length)
  let index = 0
  while (index < content.length) {
    const code = content[index] ?? 0
    const blockEnd = index + Math.max(1, code)
    builder.append(content.subarray(index + 1, blockEnd))
    const isLast = blockEnd > content.length || (blockEnd === content.length && isWhole)
    if (code < 255 && !isLast) builder.push(0)
    index = blockEnd
  }
  return builder.toBytes()
}

function decodeMarkersPrefix(escape: MarkerFraming['escape'], content: Uint8Array): Uint8Array {
  if (escape === null) return content
  const builder = new ByteBuilder(content.length)
  for (let index = 0; index < content.length; index++) {
    const byte = content[index] ?? 0
    if (byte !== escape.byte) builder.push(byte)
    else if (++index < content.length) builder.push((content[index] ?? 0) ^ escape.xor)
  }
  return builder.toBytes()
}
