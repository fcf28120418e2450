import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'

/** Time without typing after which the engine is asked. */
const typingPauseMs = 150
const previewedMessages = 8
/** Rows asked for, because events and the other direction stand between. */
const rowsAsked = 96

/** The first messages as an interpretation under work would cut them. Every getter is reactive. */
export class FramePreview {
  readonly #link: Pick<Link, 'call'>
  readonly #captureId: string
  #messages = $state.raw<readonly MessageRow[] | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #timer: ReturnType<typeof setTimeout> | null = null
  #asked = 0

  constructor(link: Pick<Link, 'call'>, captureId: string) {
    this.#link = link
    this.#captureId = captureId
  }

  /** Null before the first answer. */
  get messages(): readonly MessageRow[] | null {
    return this.#messages
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  /** Shows what these settings would make of the given directions, shortly after the last call. */
  show({ sent, received }: Interpretation, directions: readonly Direction[]): void {
    this.cancel()
    const framing = { sent: sent.framing, received: received.framing }
    this.#timer = setTimeout(() => void this.#ask(framing, directions), this.#asked === 0 ? 0 : typingPauseMs)
  }

  /** Nothing is asked any more, and no answer counts. */
  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #ask(
    framing: Readonly<Record<Direction, Interpretation['sent']['framing']>>,
    directions: readonly Direction[],
  ): Promise<void> {
    const mine = (this.#asked += 1)
    try {
      const { rows } = await this.#link.call('capture.window', {
        captureId: this.#captureId,
        view: 'messages',
        firstRow: 0,
        rowCount: rowsAsked,
        framing,
      })
      if (mine !== this.#asked) return
      this.#messages = rows
        .filter((row): row is MessageRow => row.kind === 'message' && directions.includes(row.direction))
        .slice(0, previewedMessages)
      this.#error = null
    } catch (thrown) {
      if (mine === this.#asked) this.#error = toErrorShape(thrown)
    }
  }
}
