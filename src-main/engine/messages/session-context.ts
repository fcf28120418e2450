import { WirebenchError } from '../../contract/errors.ts'
import type { MessageContext } from '../../contract/schemas/message.ts'
import { M2SequenceGenerator } from '../../protocol/m2/m2-sequence.ts'
import type { ComposeSteps } from '../../protocol/message/composition.ts'

/** What is asked to be changed; what is left out stays, null removes. */
export interface ContextChange {
  readonly counters?: Readonly<Record<string, string | null>>
  readonly captured?: Readonly<Record<string, string | null>>
  readonly nextSequenceId?: number
}

/** Most names of counters, and of captured values, that a session keeps. */
const mostNames = 1000
const longestCounter = 60

/** Counters, captured values and M2 sequence numbers of one session, for its whole life. */
export class SessionContext {
  readonly #counters = new Map<string, bigint>()
  readonly #captured = new Map<string, string>()
  #sequence = new M2SequenceGenerator()

  counter(name: string): bigint | null {
    return this.#counters.get(name) ?? null
  }

  captured(name: string): string | null {
    return this.#captured.get(name) ?? null
  }

  get nextSequenceId(): number {
    return this.#sequence.nextSequenceId
  }

  /** Uses up the next sequence number and gives it. */
  nextSequence(): number {
    return this.#sequence.next()
  }

  /** A message was queued: what it used up is gone. True when anything moved. */
  advance({ counters, consumesSequenceId }: ComposeSteps): boolean {
    for (const [name, next] of Object.entries(counters)) this.#counters.set(name, next)
    if (consumesSequenceId) this.#sequence.next()
    return consumesSequenceId || Object.keys(counters).length > 0
  }

  /** Keeps values captured from a reply. */
  keep(values: Readonly<Record<string, string>>): void {
    this.change({ captured: values })
  }

  /** Changes everything or nothing. Errors: `bad-payload` for counters that are no whole numbers, or too many names. */
  change({ counters = {}, captured = {}, nextSequenceId }: ContextChange): void {
    for (const [name, value] of Object.entries(counters)) {
      if (value === null || (value.length <= longestCounter && /^-?\d+$/.test(value))) continue
      throw refused(`The counter "${name}" must be a whole number.`)
    }
    const added = Object.keys({ ...counters, ...captured }).length
    if (this.#counters.size + this.#captured.size + added > 2 * mostNames) {
      throw refused(`At most ${mostNames} counters and captured values are kept.`)
    }
    if (nextSequenceId !== undefined) {
      this.#sequence = new M2SequenceGenerator({ nextSequenceId, lastSequenceId: this.#sequence.lastSequenceId })
    }
    for (const [name, value] of Object.entries(counters)) {
      if (value === null) this.#counters.delete(name)
      else this.#counters.set(name, BigInt(value))
    }
    for (const [name, value] of Object.entries(captured)) {
      if (value === null) this.#captured.delete(name)
      else this.#captured.set(name, value)
    }
  }

  snapshot(): MessageContext {
    return {
      counters: Object.fromEntries([...this.#counters].map(([name, value]) => [name, value.toString()])),
      captured: Object.fromEntries(this.#captured),
      nextSequenceId: this.#sequence.nextSequenceId,
      lastSequenceId: this.#sequence.lastSequenceId,
    }
  }
}

function refused(reason: string): WirebenchError {
  return new WirebenchError('bad-payload', { command: 'session.change-message-context', reason })
}
