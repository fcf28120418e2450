import type { JsonNode, JsonObjectNode } from '../json/json-node.ts'

/** How a command ended, before a protocol gives it its shape. */
export type CommandOutcome =
  /** `isRaw`: the reply is exactly this value, without what the protocol adds. */
  | { readonly kind: 'result'; readonly value: JsonNode; readonly isRaw: boolean }
  /** The handler returned nothing. */
  | { readonly kind: 'nothing' }
  /** `code` is null where nothing says it, but perhaps a member of `extra`. */
  | {
      readonly kind: 'error'
      readonly message: string
      readonly code: number | null
      readonly extra: JsonObjectNode | null
    }
  /** The conversation was ended without a reply. */
  | { readonly kind: 'finished' }

export const errorOutcome = (
  message: string,
  code: number | null = null,
  extra: JsonObjectNode | null = null,
): CommandOutcome => ({ kind: 'error', message, code, extra })
