/** The entry of the collection that a message was opened from. */
export interface MessageOrigin {
  readonly entryId: string
  /** The revision it was opened at: saving over a newer one is refused by the engine. */
  readonly revision: string
  readonly name: string
}
