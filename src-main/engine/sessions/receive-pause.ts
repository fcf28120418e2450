import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { Clock } from '../ports.ts'

/** Shorter pauses are the normal rhythm of a disk behind a fast peer and not worth a record each. */
const tellAfterMs = 250

/** Whether receiving waits for the disk. Tells pauses that last as events of the connection. */
export class ReceivePause {
  readonly #clock: Clock
  readonly #tell: (event: ConnectionEvent) => void
  #sinceNs: number | null = null
  #told = false
  #cancelTelling: (() => void) | null = null

  constructor(clock: Clock, tell: (event: ConnectionEvent) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  get isPaused(): boolean {
    return this.#sinceNs !== null
  }

  /** `pendingBytes` is asked when the pause has lasted: what waits for the disk then. */
  begin(pendingBytes: () => number): void {
    if (this.#sinceNs !== null) return
    this.#sinceNs = this.#clock.monotonicNs()
    this.#cancelTelling = this.#clock.wakeAfter(tellAfterMs, () => {
      this.#cancelTelling = null
      this.#told = true
      this.#tell({ kind: 'receive-paused', pendingBytes: pendingBytes() })
    })
  }

  end(): void {
    if (this.#sinceNs === null) return
    const pausedMs = (this.#clock.monotonicNs() - this.#sinceNs) / 1e6
    this.#cancelTelling?.()
    this.#cancelTelling = null
    this.#sinceNs = null
    if (this.#told) this.#tell({ kind: 'receive-resumed', pausedMs })
    this.#told = false
  }
}
