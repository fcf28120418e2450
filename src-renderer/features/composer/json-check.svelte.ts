import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { JsonCheckReply } from '../../../src-main/contract/schemas/json-check.ts'

const pauseMs = 250

/** Checks a document against a schema in the engine once a person pauses. Every getter is reactive. */
export class JsonCheck {
  readonly #link: Pick<Link, 'call'>
  #reply = $state.raw<JsonCheckReply | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #timer: ReturnType<typeof setTimeout> | null = null
  #turn = 0

  constructor(link: Pick<Link, 'call'>) {
    this.#link = link
  }

  /** What the last check found; null while there is none. */
  get reply(): JsonCheckReply | null {
    return this.#reply
  }

  /** Why it could not be checked. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Checks after a pause; an empty schema or document is not checked. */
  ask(schemaText: string, jsonText: string): void {
    this.close()
    if (schemaText.trim() === '' || jsonText.trim() === '') {
      this.#reply = null
      this.#error = null
      return
    }
    const turn = this.#turn
    this.#timer = setTimeout(() => void this.#check(schemaText, jsonText, turn), pauseMs)
  }

  close(): void {
    this.#turn += 1
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #check(schemaText: string, jsonText: string, turn: number): Promise<void> {
    try {
      const reply = await this.#link.call('json.check', { schemaText, jsonText })
      if (turn !== this.#turn) return
      this.#reply = reply
      this.#error = null
    } catch (thrown) {
      if (turn !== this.#turn) return
      this.#reply = null
      this.#error = toErrorShape(thrown)
    }
  }
}
