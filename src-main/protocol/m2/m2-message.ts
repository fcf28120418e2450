import type { ErrorShape } from '../../contract/errors.ts'

export const m2MessageTypes = ['command', 'event', 'telemetry'] as const
export type M2MessageType = (typeof m2MessageTypes)[number]

/** A message as entered. `detailsText` is a JSON object, empty for none; `type` is checked, so any text may come. */
export interface M2Draft {
  readonly type: string
  readonly name: string
  readonly componentName: string
  readonly detailsText: string
}

export type M2DraftField = 'type' | 'name' | 'componentName' | 'details'

export type ComposedM2Message =
  | {
      readonly ok: true
      /** As Python's `json.dumps` writes it, without the terminator. Always ASCII. */
      readonly text: string
      readonly bytes: Uint8Array
      /** True for commands: the sequence number given is used up once the message is sent. */
      readonly consumesSequenceId: boolean
    }
  /** `index` counts UTF-16 units in the text of the field. */
  | { readonly ok: false; readonly error: ErrorShape; readonly field: M2DraftField; readonly index: number }

export function composeM2Message(_draft: M2Draft, _nextSequenceId: number): ComposedM2Message {
  throw new Error('not built yet')
}
