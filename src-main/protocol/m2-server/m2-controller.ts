import type { JsonObjectNode } from '../json/json-node.ts'
import { Mirror } from './mirror.ts'
import { statusMessages, tickMessages, welcomeMessages } from './welcome-messages.ts'

/** What another component tells through a client. */
export interface HeardMessage {
  readonly kind: 'event' | 'telemetry'
  readonly name: string
  readonly root: JsonObjectNode
}

/** The mirror and what all clients of its server share. */
export class M2Controller {
  readonly mirror = new Mirror()
  readonly #welcomesEveryClient: boolean
  #hasWelcomed = false
  #heardEvents = 0
  #heardTelemetry = 0

  /** False: only the first client is welcomed, as the original has it. */
  constructor(welcomesEveryClient: boolean) {
    this.#welcomesEveryClient = welcomesEveryClient
  }

  /** Messages of other components that clients have passed on. */
  get heardCounts(): { readonly events: number; readonly telemetry: number } {
    return { events: this.#heardEvents, telemetry: this.#heardTelemetry }
  }

  /** The lines that a new client gets first; none when it is not welcomed. */
  welcome(): readonly string[] {
    if (this.#hasWelcomed && !this.#welcomesEveryClient) return []
    this.#hasWelcomed = true
    return welcomeMessages(this.mirror)
  }

  /** The lines that follow a welcome with the next tick. */
  status(): readonly string[] {
    return statusMessages(this.mirror)
  }

  /** A tenth of a second passes. Answers lines for every client of the command port. */
  tick(): readonly string[] {
    return tickMessages(this.mirror)
  }

  /** Counts what other components say; that the mount is in position is kept. */
  hear({ kind, name, root }: HeardMessage): void {
    if (kind === 'telemetry') this.#heardTelemetry++
    else this.#heardEvents++
    if (kind !== 'event' || name.toLowerCase() !== 'mountinposition') return
    const valueOf = (key: string) => root.members.findLast((member) => member.key === key)?.value
    const [component, inPosition] = [valueOf('compName'), valueOf('inPosition')]
    if (component?.kind !== 'string' || component.value.toLowerCase() !== 'mtmount') return
    if (inPosition?.kind === 'boolean') this.mirror.isMountInPosition = inPosition.value
  }
}
