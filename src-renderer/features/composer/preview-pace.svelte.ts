import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape } from '../../../src-main/contract/errors.ts'
import type { MessageContent, MessageSource } from '../../../src-main/contract/schemas/message.ts'
import type { ComposerFacts } from './composer-facts.svelte.ts'
import { contentLength } from './message-contents.ts'
import { previewInPage, previewOfError, previewOfReply, type MessagePreview } from './message-preview.ts'

/** Texts up to this length are composed at every key; it takes well under a frame. */
const shortLength = 16 * 1024
/** How long a person has to pause before a longer text is composed, in milliseconds. */
const pauseMs = 300
/** The same before the engine is asked. */
const engineAfterMs = 120

/**
 * Keeps a preview of the message up to date, never slower than a person types: short messages are composed in the page
 * at once, long ones after a pause, and those with secrets or files by the engine.
 */
export class PreviewPace {
  readonly #link: Link
  readonly #sessionId: string
  readonly #facts: ComposerFacts
  #current = $state.raw<MessagePreview>({ kind: 'empty' })
  #pending = $state(false)
  #lastReadable: MessageContent | null = null
  #source: MessageSource | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #turn = 0

  constructor(link: Link, sessionId: string, facts: ComposerFacts) {
    this.#link = link
    this.#sessionId = sessionId
    this.#facts = facts
  }

  get current(): MessagePreview {
    return this.#current
  }

  get pending(): boolean {
    return this.#pending
  }

  /** The content that had bytes last. */
  get lastReadable(): MessageContent | null {
    return this.#lastReadable
  }

  show(source: MessageSource): void {
    this.#source = source
    this.#turn += 1
    this.#cancel()
    if (contentLength(source.content) <= shortLength) this.#compose(source)
    else this.#later(pauseMs, () => this.#compose(source))
  }

  /** Composes anew whenever something else than the message changes, until the answered function is called. */
  watch(): () => void {
    let first = true
    const stopEffects = $effect.root(() => {
      $effect(() => {
        void [this.#facts.framing, this.#facts.variables, this.#facts.messageContext, this.#facts.structures]
        if (!first && this.#source !== null) this.show(this.#source)
        first = false
      })
    })
    return () => {
      stopEffects()
      this.#cancel()
    }
  }

  #compose(source: MessageSource): void {
    const preview = previewInPage(source, this.#facts.pageContext())
    if (preview === null) {
      const turn = this.#turn
      this.#later(engineAfterMs, () => void this.#ask(source, turn))
    } else this.#take(source, preview)
  }

  async #ask(source: MessageSource, turn: number): Promise<void> {
    this.#pending = true
    let preview: MessagePreview
    try {
      const request = { sessionId: this.#sessionId, message: source }
      preview = previewOfReply(await this.#link.call('session.preview-message', request))
    } catch (thrown) {
      preview = previewOfError(toErrorShape(thrown))
    }
    if (turn === this.#turn) this.#take(source, preview)
  }

  #take(source: MessageSource, preview: MessagePreview): void {
    this.#current = preview
    this.#pending = false
    const contentIsFine = preview.kind !== 'fault' || ['computed', 'framing'].includes(preview.place.part)
    if (contentIsFine) this.#lastReadable = source.content
  }

  #later(delayMs: number, run: () => void): void {
    this.#pending = true
    this.#timer = setTimeout(() => {
      this.#timer = null
      run()
    }, delayMs)
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
