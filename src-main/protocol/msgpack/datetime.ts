import type { MessagePackNode } from './message-pack-node.ts'

/** The date that a map of tcpy stands for, or why it stands for none although it claims to. */
export type DescribedDatetime =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

export function describeDatetime(_node: MessagePackNode): DescribedDatetime | null {
  throw new Error('not built yet')
}
