import type { MessagePackNode } from './message-pack-node.ts'

export function messagePackSummary(_node: MessagePackNode, _maximumLength: number): string {
  throw new Error('not built yet')
}
