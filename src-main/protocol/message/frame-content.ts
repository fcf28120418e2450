import { toErrorShape } from '../../contract/errors.ts'
import type { FramingSettings } from '../../contract/schemas/framing.ts'
import { encodeFrame } from '../framing/frame-codec.ts'
import { createFramer } from '../framing/framer.ts'
import { ComposeStop } from './compose-stop.ts'
import type { ByteSpan } from './composition.ts'
import type { ContentBytes } from './content/content-bytes.ts'

/** Content within its framing, and where it stands there. */
export interface FramedContent extends ContentBytes {
  readonly contentStart: number
  readonly contentEnd: number
}

/** The content as it is. */
export function unframed({ bytes, masked, computed = [] }: ContentBytes): FramedContent {
  return { bytes, masked, computed, contentStart: 0, contentEnd: bytes.length }
}

/** Puts the framing around content. Stops composing with `payload-not-frameable` when it cannot carry it. */
export function frameContent(content: ContentBytes, framing: FramingSettings): FramedContent {
  if (framing.kind === 'raw' || framing.kind === 'idle-gap') return unframed(content)
  const bytes = encodedFrame(framing, content.bytes)
  const framer = createFramer(framing)
  const frame = [...framer.acceptChunk(bytes, 0), ...framer.end()][0]
  const contentStart = frame?.payloadStart ?? 0
  const contentEnd = frame?.payloadEnd ?? bytes.length
  const isVerbatim = contentEnd - contentStart === content.bytes.length && !escapes.has(framing.kind)
  const masked = isVerbatim
    ? movedSpans(content.masked, contentStart)
    : wholeWhenMasked(content.masked, contentStart, contentEnd)
  const computed = isVerbatim ? movedSpans(content.computed ?? [], contentStart) : []
  return { bytes, masked, computed, contentStart, contentEnd }
}

/** Whether the framing itself puts a line ending after every message, so that text needs none of its own. */
export function endsLines({ kind }: FramingSettings): boolean {
  return kind === 'lf' || kind === 'crlf' || kind === 'json-lines' || kind === 'm2'
}

function movedSpans(spans: readonly ByteSpan[], by: number): readonly ByteSpan[] {
  return spans.map(({ start, end }) => ({ start: start + by, end: end + by }))
}

/** Within these the bytes of the content may stand at other places, or as others. */
const escapes: ReadonlySet<FramingSettings['kind']> = new Set(['slip', 'cobs', 'markers'])

function wholeWhenMasked(masked: readonly ByteSpan[], start: number, end: number): readonly ByteSpan[] {
  return masked.length === 0 ? [] : [{ start, end }]
}

function encodedFrame(framing: FramingSettings, payload: Uint8Array): Uint8Array {
  try {
    return encodeFrame(framing, payload)
  } catch (thrown) {
    throw new ComposeStop(toErrorShape(thrown), { part: 'framing' })
  }
}
