import { toErrorShape, WirebenchError, type ErrorShape } from '../../../contract/errors.ts'
import type { Link } from '../../../contract/connect.ts'
import type { CallEntry, CallReply } from '../../../contract/schemas/call.ts'
import type { CallReport, InterimEvent } from './call-report.ts'

/** `problem`: it is no message of the protocol, and why. */
interface Interim {
  readonly event: InterimEvent
  readonly text: string
  readonly elapsedMs: number
  readonly streamOffset: number
  readonly problem: ErrorShape | null
}

/** Entries asked for at once. */
const windowSize = 200

/**
 * Prints what the peer says before the answer of a call, in the order of the stream: acknowledgements, and what it sends of its own
 * accord. Looks whenever the calls change; the last look is `finish`.
 */
export class InterimWatch {
  readonly #link: Link
  readonly #sessionId: string
  readonly #report: CallReport
  readonly #unsubscribe: () => void
  #looking: Promise<void> = Promise.resolve()
  #isLookWanted = false
  /** Everything of the stream before this is printed. */
  #printedTo = -1
  #failure: Error | null = null

  constructor(link: Link, sessionId: string, report: CallReport) {
    this.#link = link
    this.#sessionId = sessionId
    this.#report = report
    this.#unsubscribe = link.subscribe('call.changed', sessionId, () => this.#wantLook())
  }

  /** Prints what is left before the answer. Errors: those of printing. */
  async finish(entry: CallEntry): Promise<void> {
    await this.#looking
    const answer = entry.replies.find((reply) => reply.mark === null && isAnswerOf(entry, reply))
    await this.#print(answer?.place?.streamOffset ?? Number.POSITIVE_INFINITY, entry)
    if (this.#failure !== null) throw this.#failure
    if (answer?.kind === 'noack') await this.#report.interim('noack', answer.text, answer.elapsedMs)
  }

  stop(): void {
    this.#unsubscribe()
  }

  #wantLook(): void {
    if (this.#isLookWanted) return
    this.#isLookWanted = true
    this.#looking = this.#looking.then(async () => {
      this.#isLookWanted = false
      try {
        await this.#print(Number.POSITIVE_INFINITY, null)
      } catch (thrown) {
        this.#failure ??= WirebenchError.fromShape(toErrorShape(thrown))
      }
    })
  }

  async #print(before: number, own: CallEntry | null): Promise<void> {
    const entries = new Map((await this.#newEntries()).map((entry) => [entry.number, entry]))
    if (own !== null) entries.set(own.number, own)
    const due = [...entries.values()]
      .flatMap((entry) => interimsOf(entry))
      .filter(({ streamOffset }) => streamOffset > this.#printedTo && streamOffset < before)
      .sort((first, second) => first.streamOffset - second.streamOffset)
    for (const { event, text, elapsedMs, streamOffset, problem } of due) {
      this.#printedTo = streamOffset
      if (problem === null) await this.#report.interim(event, text, elapsedMs)
      else await this.#report.problem(problem)
    }
  }

  /** Those with replies that are not printed yet, with whole texts. */
  async #newEntries(): Promise<readonly CallEntry[]> {
    const sessionId = this.#sessionId
    const found: CallEntry[] = []
    for (let skip = 0; !this.#link.gone; skip += windowSize) {
      const window = { sessionId, skip, count: windowSize, previewUnits: 0 }
      const { entries } = await this.#link.call('call.ledger', window)
      const fresh = entries.filter(({ replies }) =>
        replies.some(({ place }) => place !== null && place.streamOffset > this.#printedTo),
      )
      for (const { number } of fresh) found.push(await this.#link.call('call.get', { sessionId, number }))
      if (fresh.length < windowSize) break
    }
    return found
  }
}

/** The kinds of reply that end a call. */
function isAnswerOf({ state }: CallEntry, { kind }: CallReply): boolean {
  return state === 'answered' && kind !== 'ack' && kind !== 'message'
}

function interimsOf(entry: CallEntry): readonly Interim[] {
  return entry.replies.flatMap((reply) => {
    if (reply.place === null || isAnswerOf(entry, reply)) return []
    const event = reply.kind === 'ack' ? ('ack' as const) : ('message' as const)
    const { text, elapsedMs, place } = reply
    // The entry of what is no message has no text, but an error.
    const problem = entry.kind === 'unmatched' ? entry.error : null
    return [{ event, text, elapsedMs, streamOffset: place.streamOffset, problem }]
  })
}
