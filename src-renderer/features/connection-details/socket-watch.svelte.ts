import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { SocketDetails } from '../../../src-main/contract/schemas/session.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'

/** How often the system is asked while a person looks; buffers grow by themselves. */
const intervalMs = 2000

/** What the system says of a session's socket, asked for only while it is looked at. */
export class SocketWatch {
  #details = $state.raw<SocketDetails | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  readonly #session: SessionState
  #questions = 0

  constructor(session: SessionState) {
    this.#session = session
  }

  /** Null before the first answer. */
  get details(): SocketDetails | null {
    return this.#details
  }

  /** Why the last question was not answered. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Asks now and, while the connection lives, again and again, until the answered function is called. */
  watch(repeats: boolean): () => void {
    void this.#ask()
    if (!repeats) return () => undefined
    const timer = setInterval(() => {
      if (!document.hidden) void this.#ask()
    }, intervalMs)
    return () => clearInterval(timer)
  }

  async #ask(): Promise<void> {
    const question = ++this.#questions
    try {
      const details = await this.#session.socketDetails()
      // An answer that comes late tells of a socket that may be gone since.
      if (question !== this.#questions) return
      this.#details = details
      this.#error = null
    } catch (thrown) {
      if (question === this.#questions) this.#error = toErrorShape(thrown)
    }
  }
}
