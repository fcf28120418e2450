import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { MessagePackReader, type MessagePackLimits } from './message-pack-reader.ts'
import type { MessagePackNode } from './message-pack-node.ts'

/** What decoding one value gives. `end` is the offset after it: bytes behind are left to the caller. */
export type DecodedMessagePack =
  | { readonly ok: true; readonly node: MessagePackNode; readonly end: number }
  /** `node` is the tree as far as it could be read; `end` the offset up to which it reaches. */
  | { readonly ok: false; readonly error: ErrorShape; readonly node: MessagePackNode; readonly end: number }

/** What is readable of a value that may be cut off. */
export interface MessagePackPrefix {
  readonly node: MessagePackNode
  readonly end: number
  /** True when bytes are missing at the end. */
  readonly truncated: boolean
  /** What is malformed before the end, or null: being cut off alone is no error here. */
  readonly error: ErrorShape | null
}

/**
 * Decodes the value at `offset`. Strings that are no UTF-8 are kept as bytes, maps keep order and duplicates, all forms
 * of all flavours are accepted. Nothing is allocated by an announced size: what is not there is an error.
 *
 * Errors: `msgpack-malformed` with the `offset` (from 0, in `bytes`) and the `reason`: the byte c1, bytes missing at the
 * end, nesting deeper than 512, more than 4 million values.
 */
export function decodeMessagePack(
  bytes: Uint8Array,
  offset = 0,
  limits: Partial<MessagePackLimits> = {},
): DecodedMessagePack {
  const reader = new MessagePackReader(bytes, offset, limits)
  const node = reader.read()
  const { fault, end } = reader
  return fault === null ? { ok: true, node, end } : { ok: false, error: malformed(fault), node, end }
}

/** Decodes the beginning of a value: the tree so far, strings and binary data as far as they are there. */
export function decodeMessagePackPrefix(
  bytes: Uint8Array,
  offset = 0,
  limits: Partial<MessagePackLimits> = {},
): MessagePackPrefix {
  const reader = new MessagePackReader(bytes, offset, limits)
  const node = reader.read()
  const { fault, end } = reader
  const truncated = fault?.isCutOff ?? false
  return { node, end, truncated, error: fault === null || truncated ? null : malformed(fault) }
}

function malformed(fault: { readonly offset: number; readonly reason: string }): ErrorShape {
  return describeError('msgpack-malformed', { offset: fault.offset, reason: fault.reason })
}
