import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { ServerTraffic } from '../../engine/servers/local-server-factory.ts'
import type { ReceiveSink } from '../../engine/ports.ts'

/** Keeps the traffic of a server in memory, and is as full as the test says. */
export class PlayedTraffic implements ServerTraffic {
  /** What was kept, in order: `1 received 5`, `1 sent 5`, `1 accepted`. */
  readonly story: string[] = []
  readonly events: ConnectionEvent[] = []
  readonly received = new Map<number, Buffer>()
  readonly sentTo = new Map<number, Buffer>()
  onRoom: (() => void) | null = null
  #isFull = false
  readonly #sinks = new Set<ReceiveSink>()

  get hasRoom(): boolean {
    return !this.#isFull
  }

  /** How many connections have not given their sink back. */
  get openSinks(): number {
    return this.#sinks.size
  }

  fill(): void {
    this.#isFull = true
  }

  makeRoom(): void {
    this.#isFull = false
    for (const sink of this.#sinks) sink.onWritable?.()
    this.onRoom?.()
  }

  sink(connection: number): ReceiveSink {
    const refuse = (): never => {
      throw new Error('Servers append what the system has delivered.')
    }
    const sink: ReceiveSink = {
      onWritable: null,
      reserve: refuse,
      commit: refuse,
      append: (bytes) => {
        this.story.push(`${connection} received ${bytes.length}`)
        this.received.set(connection, Buffer.concat([this.received.get(connection) ?? Buffer.alloc(0), bytes]))
        return !this.#isFull
      },
      close: () => this.#sinks.delete(sink),
    }
    this.#sinks.add(sink)
    return sink
  }

  sent(connection: number, bytes: Uint8Array): void {
    this.story.push(`${connection} sent ${bytes.length}`)
    this.sentTo.set(connection, Buffer.concat([this.sentTo.get(connection) ?? Buffer.alloc(0), bytes]))
  }

  event(connection: number, event: ConnectionEvent): void {
    this.story.push(`${connection} ${event.kind}`)
    this.events.push(event)
  }
}
