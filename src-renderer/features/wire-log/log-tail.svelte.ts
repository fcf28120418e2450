import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { WireLogText } from '../../../src-main/contract/schemas/wire-log.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'

const lookEveryMs = 300
/** More than the lines that are drawn need, in most logs. */
const tailBytes = 65_536

/** The newest text of a session's wire log, while somebody looks at it. Every getter is reactive. */
export class LogTail {
  readonly #session: SessionState
  #text = $state.raw<WireLogText | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #timer: ReturnType<typeof setTimeout> | null = null
  #ended = false

  constructor(session: SessionState) {
    this.#session = session
  }

  /** Null before the first answer. */
  get text(): WireLogText | null {
    return this.#text
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  /** Begins looking; the function it returns ends it. */
  start(): () => void {
    this.#ended = false
    void this.#look()
    return () => {
      this.#ended = true
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = null
    }
  }

  async #look(): Promise<void> {
    try {
      if (!document.hidden) this.#text = await this.#session.wireLogText(tailBytes)
      this.#error = null
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
    }
    if (!this.#ended) this.#timer = setTimeout(() => void this.#look(), lookEveryMs)
  }
}
