import * as v from 'valibot'
import { identifier } from './common.ts'
import { framingSettings } from './framing.ts'

/** Name of a text encoding as in the list of encodings (`utf-8`, `shift_jis`, `utf-32le`); checked where it is used. */
export const textEncodingName = v.pipe(v.string(), v.minLength(1), v.maxLength(40))

/**
 * How the content of a message is read. `automatic` looks at the framing and the bytes. `structure` reads it by a
 * definition of the structure library.
 */
export const decoderSettings = v.variant('kind', [
  v.object({ kind: v.literal('automatic') }),
  v.object({ kind: v.literal('text'), encoding: v.optional(textEncodingName, 'utf-8') }),
  v.object({ kind: v.literal('hex') }),
  v.object({ kind: v.literal('json') }),
  v.object({ kind: v.literal('msgpack') }),
  v.object({ kind: v.literal('structure'), structureId: identifier }),
  /** MessagePack as tcpy has it, with its dates. */
  v.object({ kind: v.literal('tcpy') }),
  /** JSON with `id` and `sequence_id`. */
  v.object({ kind: v.literal('m2') }),
])
export type DecoderSettings = v.InferOutput<typeof decoderSettings>
export type DecoderKind = DecoderSettings['kind']

/** How one direction of a connection is cut into messages and read. */
export const directionInterpretation = v.object({
  framing: v.optional(framingSettings, { kind: 'raw' }),
  decoder: v.optional(decoderSettings, { kind: 'automatic' }),
})
export type DirectionInterpretation = v.InferOutput<typeof directionInterpretation>

/** How a byte stream becomes messages: a view of the capture, changeable at any time. */
export const interpretation = v.object({
  sent: v.optional(directionInterpretation, {}),
  received: v.optional(directionInterpretation, {}),
  /**
   * Where the identifier of a message is found, for the latest value and the rate of each: a JSON path for JSON and
   * MessagePack (`$.id`), the path of a field for structures (`header.id`); empty for the first usual one.
   */
  messageIdPath: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
})
export type Interpretation = v.InferOutput<typeof interpretation>
export type InterpretationInput = v.InferInput<typeof interpretation>

/** Chunks as they came, read automatically. */
export const rawInterpretation: Interpretation = v.parse(interpretation, {})
