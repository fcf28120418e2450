import type { MessagePackFlavour, MessagePackNode } from './message-pack-node.ts'

/** A value as JSON text that `messagePackOfJson` turns into the same value again. */
export interface MessagePackJsonText {
  readonly text: string
  /** What the text cannot say: forms wider than necessary on the wire, which are sent in their shortest form again. */
  readonly notes: readonly MessagePackFormNote[]
}

export interface MessagePackFormNote {
  readonly start: number
  readonly end: number
  /** One sentence. */
  readonly message: string
}

export function jsonTextOfMessagePack(_node: MessagePackNode, _flavour: MessagePackFlavour): MessagePackJsonText {
  throw new Error('not built yet')
}
