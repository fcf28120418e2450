import type { Clock } from '../../engine/ports.ts'
import type { M2ClientMachine, M2Effect } from '../../protocol/m2-server/m2-client-machine.ts'
import type { ClientService, ServedClient } from '../server-behaviour.ts'
import type { SlowClient } from './slow-client.ts'

/** What a client of the command port needs from its server. */
export interface CommandPort {
  readonly clock: Clock
  /** To every client of the command port. */
  publish(line: string): void
  problem(connection: number, error: Extract<M2Effect, { kind: 'problem' }>['error']): void
  /** The controller boots. */
  restart(): void
  forget(service: CommandService): void
}

/** Events wait for a client up to so many bytes; then they are left out for it. */
const maximumUnsentEventBytes = 1024 * 1024

export const lineBytes = (line: string): Uint8Array => Uint8Array.from(Buffer.from(line, 'latin1'))

/** One client of the command port: its machine with its timers. While it does not read its replies, nothing more is read from it. */
export class CommandService implements ClientService {
  readonly #client: ServedClient
  readonly #machine: M2ClientMachine
  readonly #port: CommandPort
  readonly #slow: SlowClient
  readonly #timers = new Set<() => void>()
  #owesStatus = false
  #isFull = false
  #isUnread = false
  #isOver = false

  constructor(client: ServedClient, machine: M2ClientMachine, port: CommandPort, slow: SlowClient) {
    this.#client = client
    this.#machine = machine
    this.#port = port
    this.#slow = slow
  }

  welcome(): void {
    const effects = this.#machine.opened()
    this.#owesStatus = effects.some(({ kind }) => kind === 'reply')
    this.#apply(effects)
  }

  /** The first tick after the welcome brings the status of the mirror; further ones, nothing. */
  afterWelcome(status: () => readonly string[]): void {
    if (!this.#owesStatus) return
    this.#owesStatus = false
    for (const line of status()) this.event(lineBytes(line))
  }

  /** A line that is no reply. */
  event(bytes: Uint8Array): void {
    if (this.#isOver) return
    if (this.#client.unsentBytes > maximumUnsentEventBytes) this.#slow.skip()
    else this.#write(bytes)
  }

  /** FIN after everything that was written; nothing more is done for the client. */
  end(): void {
    if (this.#isOver) return
    this.#finish()
    this.#client.end()
  }

  received(bytes: Uint8Array): void {
    if (!this.#isOver) this.#apply(this.#machine.received(bytes))
  }

  drained(): void {
    this.#slow.over()
    this.#isUnread = false
    this.#holdReading()
  }

  peerEnded(): void {
    if (this.#isOver) this.#client.end()
    else this.#apply(this.#machine.peerEnded())
  }

  closed(): void {
    this.#finish()
    this.#slow.over()
    this.#port.forget(this)
  }

  #apply(effects: readonly M2Effect[]): void {
    for (const effect of effects) {
      if (this.#isOver) return
      switch (effect.kind) {
        case 'reply':
          this.#write(lineBytes(effect.line))
          break
        case 'publish':
          this.#port.publish(effect.line)
          break
        case 'wake-after':
          this.#wakeAfter(effect.delayMs, effect.timer)
          break
        case 'problem':
          this.#port.problem(this.#client.connection, effect.error)
          break
        case 'hold-reading':
          this.#isFull = effect.isHeld
          this.#holdReading()
          break
        case 'restart':
          this.#port.restart()
          break
        case 'end':
          this.end()
          break
        case 'close':
          this.#finish()
          this.#client.close('fin')
          break
      }
    }
  }

  #write(bytes: Uint8Array): void {
    if (this.#client.write(bytes)) return
    this.#isUnread = true
    this.#holdReading()
  }

  #holdReading(): void {
    if (!this.#isOver) this.#client.holdReading(this.#isFull || this.#isUnread)
  }

  #wakeAfter(delayMs: number, timer: number): void {
    const cancel = this.#port.clock.wakeAfter(delayMs, () => {
      this.#timers.delete(cancel)
      this.#apply(this.#machine.timerFired(timer))
    })
    this.#timers.add(cancel)
  }

  #finish(): void {
    this.#isOver = true
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }
}
