/**
 * Length prefixes that fit a sample. The evidence is counted in bits: a random field of w bits is no larger than a sample
 * of n bytes by chance n / 2^w, so every length that fits adds w - log2(n); ending exactly with the sample adds log2 of
 * the average message. Less usual layouts start with less.
 */
import * as v from 'valibot'
import { framingSettings, lengthFieldType, type FramingSettings } from '../../contract/schemas/framing.ts'
import { FrameBatch } from './frame-batch.ts'
import { createFramer } from './framer.ts'
import { lengthFieldBytes } from './length-field.ts'

export interface LengthPrefixFinding {
  readonly settings: FramingSettings & { readonly kind: 'length-prefix' }
  readonly messages: number
  readonly endsExactly: boolean
  readonly evidenceBits: number
}

/** Offsets at which a length field is looked for. */
const offsets = [0, 1, 2, 3, 4]

/** All layouts in which the whole sample can be read, the most certain first. */
export function findLengthPrefixes(sample: Uint8Array): readonly LengthPrefixFinding[] {
  const findings: LengthPrefixFinding[] = []
  for (const field of lengthFieldType.options) {
    for (const bytesBeforeField of offsets) {
      for (const valueCounts of ['content', 'frame'] as const) {
        const settings = v.parse(framingSettings, { kind: 'length-prefix', field, bytesBeforeField, valueCounts })
        if (settings.kind !== 'length-prefix') continue
        const finding = examine(settings, sample)
        if (finding !== null) findings.push(finding)
      }
    }
  }
  return findings.sort((left, right) => right.evidenceBits - left.evidenceBits)
}

function examine(
  settings: FramingSettings & { readonly kind: 'length-prefix' },
  sample: Uint8Array,
): LengthPrefixFinding | null {
  // No message longer than the sample can have ended in it, and a longer last one would be a guess.
  const framer = createFramer({ ...settings, maximumFrameBytes: Math.max(1, sample.length) })
  const batch = new FrameBatch()
  framer.scanInto(sample, 0, batch)
  const carriedBytes = framer.carriedBytes
  framer.endInto(batch)
  const endsExactly = carriedBytes === 0
  const messages = endsExactly ? batch.count : batch.count - 1
  if (messages === 0 || batch.problems.length > (endsExactly ? 0 : 1) || batch.problems[0]?.code === 'bad-length') {
    return null
  }
  if (emptyShare(batch, messages) > 0.5) return null
  const fieldBits = 8 * Math.max(1, lengthFieldBytes[settings.field])
  const perMessage = Math.max(0, fieldBits - Math.log2(sample.length))
  const atEnd = endsExactly ? Math.log2(sample.length / messages) : 0
  const unusual = (settings.bytesBeforeField > 0 ? 2 : 0) + (settings.valueCounts === 'frame' ? 1 : 0)
  return { settings, messages, endsExactly, evidenceBits: messages * perMessage + atEnd - unusual }
}

function emptyShare(batch: FrameBatch, messages: number): number {
  let empty = 0
  for (let index = 0; index < messages; index++) {
    if ((batch.ends[index] ?? 0) - batch.startOf(index) === batch.heads[index]) empty++
  }
  return empty / messages
}
