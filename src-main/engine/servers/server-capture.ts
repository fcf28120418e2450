import type { CaptureStore } from '../../capture/capture-store.ts'
import type { LiveCapture } from '../../capture/live-capture.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { ServerDefinition } from '../../contract/schemas/server.ts'
import { watchCapture } from '../capture-watch.ts'
import type { Clock, ReceiveSink } from '../ports.ts'
import { Pulse } from '../pulse.ts'
import { captureNameOf } from '../sessions/capture-name.ts'
import type { ServerTraffic } from './local-server-factory.ts'
import { serverInterpretation } from './server-interpretation.ts'

export interface ServerCapturesOptions {
  readonly captures: CaptureStore
  readonly events: EventHub
  readonly clock: Clock
}

/** Makes the captures of local servers: live in the list of captures like those of sessions. */
export class ServerCaptures {
  readonly #options: ServerCapturesOptions
  readonly #pulse: Pulse

  constructor(options: ServerCapturesOptions) {
    this.#options = options
    this.#pulse = new Pulse(options.clock)
  }

  /** A capture for one run of a server. Errors: those of making a capture, such as `data-folder-unwritable` and `disk-full`. */
  async begin(definition: ServerDefinition): Promise<ServerCapture> {
    const { captures, events, clock } = this.#options
    const capture = await captures.create({
      name: captureNameOf(definition.name, clock.unixMicroseconds()),
      interpretation: serverInterpretation(definition),
    })
    watchCapture(capture, events, this.#pulse)
    return new ServerCapture(captures, capture)
  }

  /** No event follows. */
  close(): void {
    this.#pulse.stop()
  }
}

/** The capture of one run of a server. Whoever made it ends it once every client is gone. */
export class ServerCapture implements ServerTraffic {
  readonly captureId: string
  readonly #captures: CaptureStore
  readonly #capture: LiveCapture
  #ending: Promise<boolean> | null = null

  constructor(captures: CaptureStore, capture: LiveCapture) {
    this.#captures = captures
    this.#capture = capture
    this.captureId = capture.captureId
  }

  get hasRoom(): boolean {
    return this.#capture.hasRoom
  }

  get onRoom(): (() => void) | null {
    return this.#capture.onRoom
  }

  set onRoom(listener: (() => void) | null) {
    this.#capture.onRoom = listener
  }

  sink(connection: number): ReceiveSink {
    return this.#capture.sink(connection)
  }

  sent(connection: number, bytes: Uint8Array): void {
    this.#capture.recordSent(connection, bytes)
  }

  event(connection: number, event: ConnectionEvent): void {
    this.#capture.recordEvent(connection, event)
  }

  /**
   * Closes the capture, and deletes it when nothing is in it. Answers whether it is there afterwards. Errors: `disk-full`,
   * `file-unwritable` for the rest that could not be written; what is on disk stays.
   */
  end(): Promise<boolean> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<boolean> {
    const isEmpty = this.#capture.acceptedTotals().recordCount === 0
    await this.#capture.close()
    if (isEmpty) await this.#captures.discard(this.captureId)
    return !isEmpty
  }
}
