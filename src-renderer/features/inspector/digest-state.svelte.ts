import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { CancelSource } from '../../../src-main/contract/cancel-source.ts'
import type { CommandReply } from '../../../src-main/contract/commands.ts'
import type { Link } from '../../../src-main/contract/connect.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'

/** A stretch of one direction of a capture, as it stands in the stream. */
export interface Stretch {
  readonly captureId: string
  readonly direction: Direction
  /** Only bytes of this connection; all when null. */
  readonly connection: number | null
  readonly streamOffset: number
  readonly skipBytes: number
  readonly length: number
}

export type StretchDigests = CommandReply<'capture.digest'>

/** Longer stretches are looked at when a person asks for it. */
export const unaskedDigestBytes = 8 * 1024 * 1024
/** A selection is looked at when it stayed the same for so long. */
const restMs = 120

let lastNumber = 0

/** Checksums and hashes of what is selected, asked for from the engine. Every getter is reactive. */
export class DigestState {
  readonly #link: Link
  #wanted: Stretch | null = null
  #result = $state.raw<StretchDigests | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #doneBytes = $state<number | null>(null)
  #isCancelled = $state(false)
  #cancel: CancelSource | null = null
  #resting: ReturnType<typeof setTimeout> | null = null

  constructor(link: Link) {
    this.#link = link
  }

  /** Null until they are known. */
  get result(): StretchDigests | null {
    return this.#result
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  /** Bytes looked at so far; null when nothing is at work. */
  get doneBytes(): number | null {
    return this.#doneBytes
  }

  get isCancelled(): boolean {
    return this.#isCancelled
  }

  /** Looks at a stretch soon, unless it is long; what was asked before is given up. */
  look(stretch: Stretch): void {
    if (sameStretch(stretch, this.#wanted)) return
    this.#stop()
    this.#wanted = stretch
    this.#result = null
    this.#error = null
    this.#isCancelled = false
    if (stretch.length <= unaskedDigestBytes) this.#resting = setTimeout(() => void this.compute(), restMs)
  }

  /** Works them out now, however long the stretch is. */
  async compute(): Promise<void> {
    const stretch = this.#wanted
    if (stretch === null) return
    this.#stop()
    this.#error = null
    this.#isCancelled = false
    const cancel = new CancelSource()
    const digestId = `digest-${Date.now()}-${(lastNumber += 1)}`
    const unsubscribe = this.#link.subscribe('digest.progress', digestId, ({ doneBytes }) => {
      if (this.#cancel === cancel) this.#doneBytes = doneBytes
    })
    this.#cancel = cancel
    this.#doneBytes = 0
    const { connection, ...request } = stretch
    try {
      const result = await this.#link.call(
        'capture.digest',
        { ...request, digestId, ...(connection === null ? {} : { connection }) },
        { signal: cancel.signal },
      )
      if (this.#cancel === cancel) this.#result = result
    } catch (thrown) {
      if (this.#cancel === cancel) this.#error = toErrorShape(thrown)
    } finally {
      unsubscribe()
      if (this.#cancel === cancel) {
        this.#cancel = null
        this.#doneBytes = null
      }
    }
  }

  /** A person gives it up. */
  cancel(): void {
    this.#stop()
    this.#isCancelled = true
  }

  /** Nobody looks any more. */
  close(): void {
    this.#stop()
    this.#wanted = null
  }

  #stop(): void {
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = null
    const cancel = this.#cancel
    this.#cancel = null
    this.#doneBytes = null
    cancel?.cancel()
  }
}

function sameStretch(one: Stretch, other: Stretch | null): boolean {
  return (
    other !== null &&
    one.captureId === other.captureId &&
    one.direction === other.direction &&
    one.connection === other.connection &&
    one.streamOffset === other.streamOffset &&
    one.skipBytes === other.skipBytes &&
    one.length === other.length
  )
}
