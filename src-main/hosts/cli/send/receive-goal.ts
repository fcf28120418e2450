/** What `wirebench send` waits for. */
export type GoalSettings =
  | { readonly kind: 'bytes'; readonly byteCount: number }
  | { readonly kind: 'pattern'; readonly pattern: Uint8Array }
  | { readonly kind: 'frames'; readonly frameCount: number }
  /** The peer closes. */
  | { readonly kind: 'close' }
  /** The peer closes, or nothing more comes for a while. */
  | { readonly kind: 'quiet'; readonly idleMs: number }

/** Follows what is received and tells when it is what was waited for. */
export class ReceiveGoal {
  readonly settings: GoalSettings
  #receivedBytes = 0
  #frames = 0
  /** End of what was received, in which a pattern may have begun. */
  #tail = new Uint8Array(0)
  #satisfied = false

  constructor(settings: GoalSettings) {
    this.settings = settings
  }

  get satisfied(): boolean {
    return this.#satisfied
  }

  /** Takes the next received bytes. */
  acceptBytes(bytes: Uint8Array): void {
    this.#receivedBytes += bytes.length
    if (this.settings.kind === 'bytes' && this.#receivedBytes >= this.settings.byteCount) this.#satisfied = true
    if (this.settings.kind === 'pattern' && !this.#satisfied) this.#search(bytes, this.settings.pattern)
  }

  /** A whole message was received. */
  acceptFrame(): void {
    this.#frames += 1
    if (this.settings.kind === 'frames' && this.#frames >= this.settings.frameCount) this.#satisfied = true
  }

  /** Nothing has come for the time of a `quiet` goal. */
  acceptSilence(): void {
    if (this.settings.kind === 'quiet') this.#satisfied = true
  }

  /** The peer sends no more: true when that is in order. */
  acceptEnd(): boolean {
    if (this.settings.kind === 'close' || this.settings.kind === 'quiet') this.#satisfied = true
    return this.#satisfied
  }

  /** What has arrived so far, for the sentence of an error. */
  progress(): string {
    const bytes = `${this.#receivedBytes} bytes`
    switch (this.settings.kind) {
      case 'bytes':
        return `${bytes} of ${this.settings.byteCount} arrived`
      case 'frames':
        return `${this.#frames} messages of ${this.settings.frameCount} arrived (${bytes})`
      case 'pattern':
        return `${bytes} arrived, without the bytes that were waited for`
      case 'close':
      case 'quiet':
        return `${bytes} arrived`
    }
  }

  #search(bytes: Uint8Array, pattern: Uint8Array): void {
    const joined = Buffer.concat([this.#tail, bytes])
    if (joined.includes(Buffer.from(pattern))) this.#satisfied = true
    this.#tail = Uint8Array.from(joined.subarray(Math.max(0, joined.length - pattern.length + 1)))
  }
}
