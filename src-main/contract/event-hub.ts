import { events, type EventName, type EventPayload } from './events.ts'
import type { Unsubscribe } from './wire.ts'

type Listener = (payload: unknown) => void

interface Subscription {
  readonly topic: string | null
  readonly listener: Listener
}

/** Where the engine publishes events and each served wire listens. Knows nothing of transports. */
export class EventHub {
  readonly #subscriptions = new Map<EventName, Set<Subscription>>()

  /** Delivers at once to every subscriber of the event whose topic is null or fits. */
  publish<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    const subscriptions = this.#subscriptions.get(name)
    if (subscriptions === undefined) return
    const topic = topicOf(name, payload)
    for (const subscription of [...subscriptions]) {
      if (subscription.topic === null || subscription.topic === topic) subscription.listener(payload)
    }
  }

  /** Somebody would be told of an event with this topic. */
  isHeard(name: EventName, topic: string): boolean {
    return [...(this.#subscriptions.get(name) ?? [])].some((heard) => heard.topic === null || heard.topic === topic)
  }

  subscribe<Name extends EventName>(
    name: Name,
    topic: string | null,
    listener: (payload: EventPayload<Name>) => void,
  ): Unsubscribe {
    const subscription: Subscription = { topic, listener: listener as Listener }
    let subscriptions = this.#subscriptions.get(name)
    if (subscriptions === undefined) this.#subscriptions.set(name, (subscriptions = new Set()))
    subscriptions.add(subscription)
    return () => subscriptions.delete(subscription)
  }
}

/** The value of the event's topic field, null when it has none. */
export function topicOf(name: EventName, payload: unknown): string | null {
  const field = events[name].topic
  if (field === null || typeof payload !== 'object' || payload === null) return null
  const value: unknown = Reflect.get(payload, field)
  return typeof value === 'string' ? value : null
}
