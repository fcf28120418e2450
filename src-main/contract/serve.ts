import * as v from 'valibot'
import { CancelSource } from './cancel-source.ts'
import type { CallContext, CommandHandlers } from './command-handlers.ts'
import { commands, isCommandName } from './commands.ts'
import { describeError, toErrorShape, type ErrorShape } from './errors.ts'
import type { EventHub } from './event-hub.ts'
import { isEventName } from './events.ts'
import { EventOutbox, type Schedule } from './event-outbox.ts'
import { explainIssues, parseWireMessage } from './wire-message.ts'
import { contractVersion, type Unsubscribe, type Wire, type WireMessage } from './wire.ts'

/** Calls that one wire may have running at the same time; more are answered `too-many-requests`. */
export const maximumRunningCalls = 256
/** Subscriptions that one wire may hold; more are answered `too-many-requests`. */
export const maximumSubscriptions = 4096
/** A wire with more unsent bytes than this is closed with `wire-overrun` when a further event or reply comes. */
export const overrunBytes = 64 * 1024 * 1024

export interface ServeOptions {
  /** Used to look again at a full wire. Without it that happens with every message that comes or goes. */
  readonly schedule?: Schedule
}

/**
 * Answers commands and delivers events on one wire until it closes.
 *
 * Rules: `hello` is sent at once and must come first from the other side, with the same contract version. A request
 * is checked by its schema before its handler sees it. A cancelled call is never answered. When the wire closes, the
 * signal of every running handler aborts and every subscription ends. A message that is no `WireMessage`, a reused id
 * or a message of the wrong direction closes the wire with `end` and `wire-malformed`.
 *
 * `close` ends serving and closes the wire.
 */
export function serve(
  wire: Wire,
  handlers: CommandHandlers,
  events: EventHub,
  options: ServeOptions = {},
): { close(): void } {
  return new ServedWire(wire, handlers, events, options)
}

type AnyHandler = (request: unknown, context: CallContext) => unknown

class ServedWire {
  readonly #wire: Wire
  readonly #handlers: CommandHandlers
  readonly #events: EventHub
  readonly #outbox: EventOutbox
  readonly #calls = new Map<number, CancelSource>()
  readonly #subscriptions = new Map<number, Unsubscribe>()
  /** Calls that were cancelled and whose handler has not ended; they count as running. */
  #abandonedCalls = 0
  #greeted = false
  #closed = false
  #highestId = -1

  constructor(wire: Wire, handlers: CommandHandlers, events: EventHub, options: ServeOptions) {
    this.#wire = wire
    this.#handlers = handlers
    this.#events = events
    this.#outbox = new EventOutbox(wire, (id, payload) => this.#sendEvent(id, payload), options.schedule ?? null)
    this.#send({ type: 'hello', contractVersion })
    wire.onMessage((message) => this.#receive(message))
    wire.onClose(() => this.#release())
  }

  close(): void {
    this.#release()
    this.#wire.close()
  }

  #receive(input: unknown): void {
    if (this.#closed) return
    const parsed = parseWireMessage(input)
    if (!parsed.ok) {
      this.#end(parsed.error)
      return
    }
    const { message } = parsed
    if (!this.#greeted) {
      this.#greet(message)
      return
    }
    this.#outbox.retry()
    switch (message.type) {
      case 'call':
        if (this.#claimId(message.id)) this.#call(message.id, message.command, message.request)
        break
      case 'cancel':
        this.#cancel(message.id)
        break
      case 'subscribe':
        if (this.#claimId(message.id)) this.#subscribe(message.id, message.event, message.topic)
        break
      case 'unsubscribe':
        this.#unsubscribe(message.id)
        break
      case 'end':
        this.close()
        break
      default:
        this.#end(describeError('wire-malformed', { reason: `"${message.type}" was not expected.` }))
    }
  }

  #greet(message: WireMessage): void {
    if (message.type !== 'hello') {
      this.#end(describeError('wire-malformed', { reason: `"${message.type}" came before "hello".` }))
      return
    }
    if (message.contractVersion !== contractVersion) {
      const data = { local: contractVersion, remote: message.contractVersion }
      this.#end(describeError('contract-mismatch', data))
      return
    }
    this.#greeted = true
  }

  /** Ids only rise, so that none is ever used twice. */
  #claimId(id: number): boolean {
    if (id > this.#highestId) {
      this.#highestId = id
      return true
    }
    this.#end(describeError('wire-malformed', { reason: `The id ${id} was used before.` }))
    return false
  }

  #call(id: number, command: string, input: unknown): void {
    if (!isCommandName(command)) {
      this.#fail(id, describeError('unknown-command', { command }))
      return
    }
    if (this.#calls.size + this.#abandonedCalls >= maximumRunningCalls) {
      this.#fail(id, describeError('too-many-requests', { limit: maximumRunningCalls, what: 'calls' }))
      return
    }
    const request = v.safeParse(commands[command].request, input)
    if (!request.success) {
      this.#fail(id, describeError('bad-payload', { command, ...explainIssues(request.issues) }))
      return
    }
    const source = new CancelSource()
    this.#calls.set(id, source)
    this.#run(id, this.#handlers[command] as AnyHandler, request.output, source)
  }

  /**
   * What a handler answers at once is sent at once: a reply that says how things stand must not come after an event
   * that says how they stood later.
   */
  #run(id: number, handler: AnyHandler, request: unknown, source: CancelSource): void {
    const succeed = (reply: unknown): void => this.#settle(id, { type: 'reply', id, reply })
    const fail = (thrown: unknown): void => this.#settle(id, { type: 'error', id, error: toErrorShape(thrown) })
    let answer: unknown
    try {
      answer = handler(request, { signal: source.signal })
    } catch (thrown) {
      fail(thrown)
      return
    }
    if (answer instanceof Promise) answer.then(succeed, fail)
    else succeed(answer)
  }

  #settle(id: number, answer: WireMessage): void {
    if (this.#closed) return
    if (!this.#calls.delete(id)) this.#abandonedCalls -= 1
    else if (this.#hasRoom()) this.#answer(id, answer)
  }

  /** Ends the wire when the other side has stopped taking anything. */
  #hasRoom(): boolean {
    const bytes = this.#wire.bufferedBytes
    if (bytes <= overrunBytes) return true
    this.#end(describeError('wire-overrun', { bytes }))
    return false
  }

  #answer(id: number, answer: WireMessage): void {
    try {
      this.#send(answer)
    } catch (thrown) {
      this.#fail(id, toErrorShape(thrown))
    }
    this.#outbox.retry()
  }

  #cancel(id: number): void {
    const source = this.#calls.get(id)
    if (source === undefined) return
    this.#calls.delete(id)
    this.#abandonedCalls += 1
    source.cancel()
  }

  #subscribe(id: number, event: string, topic: string | null): void {
    if (!isEventName(event)) {
      this.#fail(id, describeError('unknown-event', { event }))
      return
    }
    if (this.#subscriptions.size >= maximumSubscriptions) {
      this.#fail(id, describeError('too-many-requests', { limit: maximumSubscriptions, what: 'subscriptions' }))
      return
    }
    this.#subscriptions.set(
      id,
      this.#events.subscribe(event, topic, (payload) => this.#outbox.offer(id, event, payload)),
    )
  }

  #unsubscribe(id: number): void {
    this.#subscriptions.get(id)?.()
    this.#subscriptions.delete(id)
    this.#outbox.forget(id)
  }

  #sendEvent(id: number, payload: unknown): void {
    if (!this.#hasRoom()) return
    try {
      this.#send({ type: 'event', id, payload })
    } catch (thrown) {
      this.#end(toErrorShape(thrown))
    }
  }

  #fail(id: number, error: ErrorShape): void {
    this.#send({ type: 'error', id, error })
  }

  #end(error: ErrorShape): void {
    if (this.#closed) return
    this.#send({ type: 'end', error })
    this.close()
  }

  #send(message: WireMessage): void {
    if (!this.#closed) this.#wire.send(message)
  }

  #release(): void {
    if (this.#closed) return
    this.#closed = true
    this.#outbox.close()
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe()
    this.#subscriptions.clear()
    const running = [...this.#calls.values()]
    this.#calls.clear()
    for (const source of running) source.cancel()
  }
}
