import type {
  ConnectionEvent,
  ConnectionStateName,
  ConnectionTransition,
  TransitionCause,
} from '../../contract/schemas/connection.ts'
import type { ConnectionEffect, ConnectionTimer } from './connection-inputs.ts'

/** What comes out of a connection machine: its state, the effects of the present input, and the timers that run. */
export class ConnectionOutput {
  /** The monotonic time of the present input. */
  nowMs = 0
  #state: ConnectionStateName = 'idle'
  #effects: ConnectionEffect[] = []
  readonly #timers = new Set<ConnectionTimer>()

  get state(): ConnectionStateName {
    return this.#state
  }

  /** The effects since the last call, in order. */
  take(): readonly ConnectionEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** Changes the state. The transition belongs to the event that brought it. */
  move(to: ConnectionStateName, cause: TransitionCause): ConnectionTransition {
    const from = this.#state
    this.#state = to
    return { from, to, cause }
  }

  do(effect: ConnectionEffect): void {
    this.#effects.push(effect)
  }

  tell(event: ConnectionEvent): void {
    this.do({ kind: 'tell', event })
  }

  /** Starts a timer, anew when it runs. */
  wakeAfter(timer: ConnectionTimer, delayMs: number): void {
    this.forget(timer)
    this.#timers.add(timer)
    this.do({ kind: 'wake-after', timer, delayMs })
  }

  runs(timer: ConnectionTimer): boolean {
    return this.#timers.has(timer)
  }

  /** The timer fired. False when it was forgotten before. */
  fired(timer: ConnectionTimer): boolean {
    return this.#timers.delete(timer)
  }

  forget(timer: ConnectionTimer): void {
    if (this.#timers.delete(timer)) this.do({ kind: 'forget-timer', timer })
  }

  forgetTimers(): void {
    for (const timer of [...this.#timers]) this.forget(timer)
  }
}
