import type { ErrorShape } from '../../contract/errors.ts'
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

export function decodeMessagePack(_bytes: Uint8Array, _offset = 0): DecodedMessagePack {
  throw new Error('not built yet')
}

export function decodeMessagePackPrefix(_bytes: Uint8Array, _offset = 0): MessagePackPrefix {
  throw new Error('not built yet')
}
