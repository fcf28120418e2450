import { EventHub } from '../contract/event-hub.ts'
import type { EventName, EventPayload } from '../contract/events.ts'
import type { Unsubscribe } from '../contract/wire.ts'

/** Notices kept for the first window; older ones make way. */
const maximumEarlyNotices = 50

/** The engine's events. Notices given before anybody listens are kept for the first who does. */
export class EngineEvents extends EventHub {
  #earlyNotices: EventPayload<'host.notice'>[] | null = []

  override publish<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    if (name === 'host.notice' && this.#earlyNotices !== null) {
      this.#earlyNotices = [...this.#earlyNotices, payload as EventPayload<'host.notice'>].slice(-maximumEarlyNotices)
    }
    super.publish(name, payload)
  }

  override subscribe<Name extends EventName>(
    name: Name,
    topic: string | null,
    listener: (payload: EventPayload<Name>) => void,
  ): Unsubscribe {
    const unsubscribe = super.subscribe(name, topic, listener)
    if (name === 'host.notice' && this.#earlyNotices !== null) {
      const early = this.#earlyNotices
      this.#earlyNotices = null
      // After the subscriber has learnt that it is subscribed.
      queueMicrotask(() => {
        for (const notice of early) this.publish('host.notice', notice)
      })
    }
    return unsubscribe
  }
}
