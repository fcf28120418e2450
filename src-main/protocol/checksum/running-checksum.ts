/** A check value that is computed piece by piece, so that what is checked never has to be in memory as a whole. */
export interface RunningChecksum {
  /** Takes the next bytes; how they are cut into pieces makes no difference. */
  add(bytes: Uint8Array): void
  /** The check value of all bytes so far, unsigned. More may be added after. */
  readonly value: number
}
