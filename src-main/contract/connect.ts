import * as v from 'valibot'
import type { CancelSignal } from './command-handlers.ts'
import { commands, type CommandInput, type CommandName, type CommandReply } from './commands.ts'
import { describeError, WirebenchError, type ErrorShape } from './errors.ts'
import { events, type EventName, type EventPayload } from './events.ts'
import { explainIssues, parseWireMessage } from './wire-message.ts'
import { contractVersion, type Unsubscribe, type Wire, type WireMessage } from './wire.ts'

/** The engine as seen from the other end of a wire: what the window uses. */
export interface Link {
  /**
   * Asks for a command. Rejects with a `WirebenchError`: the command's own errors, `bad-payload`, `bad-reply`,
   * `cancelled` as soon as `signal` aborts, `host-gone` when the link is or goes down.
   */
  call<N extends CommandName>(
    name: N,
    request: CommandInput<N>,
    options?: { signal?: CancelSignal },
  ): Promise<CommandReply<N>>
  /** Listens to an event, of one subject (`topic`) or of all (null). No event comes after the returned function was called. */
  subscribe<N extends EventName>(
    name: N,
    topic: string | null,
    listener: (payload: EventPayload<N>) => void,
  ): Unsubscribe
  /** Called once with the reason when the link has ended; at once if it has already. */
  onGone(listener: (reason: ErrorShape) => void): Unsubscribe
  readonly gone: boolean
  /** Ends the link: pending calls reject with `host-gone`, the wire is closed. */
  close(): void
}

/**
 * Speaks the contract over a wire. Calls may be made at once; they follow `hello` on the wire.
 *
 * Everything that arrives is checked. A reply that does not fit its schema rejects its call with `bad-reply`; an
 * event that does not fit ends the link with `bad-event`, a message that is no `WireMessage` with `wire-malformed`, another
 * contract version with `contract-mismatch`. These reasons also reject pending and later calls.
 */
export function connect(wire: Wire): Link {
  return new WireLink(wire)
}

interface PendingCall {
  readonly name: CommandName
  readonly resolve: (reply: never) => void
  readonly reject: (error: WirebenchError) => void
  readonly detach: () => void
}

interface Subscription {
  readonly name: EventName
  readonly listener: (payload: never) => void
}

class WireLink implements Link {
  readonly #wire: Wire
  readonly #pending = new Map<number, PendingCall>()
  readonly #subscriptions = new Map<number, Subscription>()
  readonly #goneListeners = new Set<(reason: ErrorShape) => void>()
  #lastId = 0
  #greeted = false
  #goneReason: ErrorShape | null = null

  constructor(wire: Wire) {
    this.#wire = wire
    wire.send({ type: 'hello', contractVersion })
    wire.onMessage((message) => this.#receive(message))
    wire.onClose(() => this.#finish(describeError('host-gone')))
  }

  get gone(): boolean {
    return this.#goneReason !== null
  }

  call<N extends CommandName>(
    name: N,
    request: CommandInput<N>,
    options: { signal?: CancelSignal } = {},
  ): Promise<CommandReply<N>> {
    return new Promise((resolve, reject) => {
      const { signal } = options
      if (this.#goneReason !== null) {
        reject(WirebenchError.fromShape(this.#goneReason))
        return
      }
      if (signal?.aborted === true) {
        reject(new WirebenchError('cancelled'))
        return
      }
      const id = (this.#lastId += 1)
      const refusal = this.#sendCall(id, name, request)
      if (refusal !== null) {
        reject(refusal)
        return
      }
      const cancel = (): void => this.#cancel(id)
      signal?.addEventListener('abort', cancel)
      const detach = (): void => signal?.removeEventListener('abort', cancel)
      this.#pending.set(id, { name, resolve, reject, detach })
    })
  }

  subscribe<N extends EventName>(
    name: N,
    topic: string | null,
    listener: (payload: EventPayload<N>) => void,
  ): Unsubscribe {
    if (this.gone) return () => undefined
    const id = (this.#lastId += 1)
    this.#subscriptions.set(id, { name, listener })
    this.#wire.send({ type: 'subscribe', id, event: name, topic })
    return () => {
      if (this.#subscriptions.delete(id) && !this.gone) this.#wire.send({ type: 'unsubscribe', id })
    }
  }

  onGone(listener: (reason: ErrorShape) => void): Unsubscribe {
    if (this.#goneReason !== null) {
      listener(this.#goneReason)
      return () => undefined
    }
    this.#goneListeners.add(listener)
    return () => this.#goneListeners.delete(listener)
  }

  close(): void {
    this.#finish(describeError('host-gone'))
  }

  /** Null when sent, else why it cannot be. */
  #sendCall(id: number, command: CommandName, request: unknown): WirebenchError | null {
    try {
      this.#wire.send({ type: 'call', id, command, request })
      return null
    } catch (thrown) {
      if (thrown instanceof WirebenchError) return thrown
      return new WirebenchError('bad-payload', { command, path: '', reason: String(thrown) })
    }
  }

  #receive(input: unknown): void {
    if (this.gone) return
    const parsed = parseWireMessage(input)
    if (!parsed.ok) {
      this.#end(parsed.error)
      return
    }
    const { message } = parsed
    if (message.type === 'end') {
      this.#finish(message.error)
      return
    }
    if (!this.#greeted) {
      this.#greet(message)
      return
    }
    switch (message.type) {
      case 'reply':
        this.#reply(message.id, message.reply)
        break
      case 'error':
        this.#error(message.id, message.error)
        break
      case 'event':
        this.#event(message.id, message.payload)
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

  /** Takes the pending call with this id; null when it was cancelled meanwhile. */
  #take(id: number): PendingCall | null {
    const call = this.#pending.get(id)
    if (call === undefined) return null
    this.#pending.delete(id)
    call.detach()
    return call
  }

  #reply(id: number, reply: unknown): void {
    const call = this.#take(id)
    if (call === null) return
    const result = v.safeParse(commands[call.name].reply, reply)
    if (result.success) call.resolve(result.output as never)
    else call.reject(new WirebenchError('bad-reply', { command: call.name, ...explainIssues(result.issues) }))
  }

  #error(id: number, error: ErrorShape): void {
    if (this.#subscriptions.has(id)) {
      this.#end(error)
      return
    }
    this.#take(id)?.reject(WirebenchError.fromShape(error))
  }

  #event(id: number, payload: unknown): void {
    const subscription = this.#subscriptions.get(id)
    if (subscription === undefined) return
    const result = v.safeParse(events[subscription.name].payload, payload)
    if (result.success) subscription.listener(result.output as never)
    else this.#end(describeError('bad-event', { event: subscription.name, ...explainIssues(result.issues) }))
  }

  #cancel(id: number): void {
    const call = this.#take(id)
    if (call === null) return
    this.#wire.send({ type: 'cancel', id })
    call.reject(new WirebenchError('cancelled'))
  }

  /** Tells the other end why, then finishes. */
  #end(error: ErrorShape): void {
    if (this.gone) return
    this.#wire.send({ type: 'end', error })
    this.#finish(error)
  }

  #finish(reason: ErrorShape): void {
    if (this.gone) return
    this.#goneReason = reason
    this.#subscriptions.clear()
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(WirebenchError.fromShape(reason))
    this.#wire.close()
    const listeners = [...this.#goneListeners]
    this.#goneListeners.clear()
    for (const listener of listeners) listener(reason)
  }
}
