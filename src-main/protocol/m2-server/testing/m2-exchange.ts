import { M2ClientMachine, type M2ClientSettings, type M2Effect } from '../m2-client-machine.ts'
import { M2Controller } from '../m2-controller.ts'
import type { Mirror } from '../mirror.ts'

/** Neither checks nor delays anything. */
export const plainSettings: M2ClientSettings = { checksSequence: false, requiresHeartbeat: false, commandDurationMs: 0 }

/** An effect as text: what is sent as it is, the rest by its name. */
function written(effect: M2Effect): string {
  switch (effect.kind) {
    case 'reply':
    case 'publish':
      return effect.line.trimEnd()
    case 'problem':
      return `problem: ${effect.error.message}`
    case 'wake-after':
      return `wake ${effect.timer} after ${effect.delayMs}`
    case 'hold-reading':
      return effect.isHeld ? 'hold reading' : 'read on'
    default:
      return effect.kind
  }
}

/** One client of a server, welcomed already. Lines go in, effects come out as text. */
export class M2Exchange {
  readonly machine: M2ClientMachine
  readonly #controller: M2Controller

  constructor(settings: Partial<M2ClientSettings> = {}, controller = new M2Controller(true)) {
    this.#controller = controller
    this.machine = new M2ClientMachine(controller, { ...plainSettings, ...settings }, 1)
    this.machine.opened()
  }

  get mirror(): Mirror {
    return this.#controller.mirror
  }

  get heardCounts(): M2Controller['heardCounts'] {
    return this.#controller.heardCounts
  }

  /** A text of ASCII as it is, without a terminator. */
  bytes(text: string): string[] {
    return this.machine.received(Uint8Array.from(text, (character) => character.charCodeAt(0))).map(written)
  }

  line(text: string): string[] {
    return this.bytes(`${text}\r\n`)
  }

  /** A command with its parameters as JSON members, for instance `"status": true`. */
  command(name: string, sequenceId: number, parameters = ''): string[] {
    const details = parameters === '' ? '' : `${parameters}, `
    return this.line(`{${details}"id": "cmd_${name}", "sequence_id": ${sequenceId}}`)
  }

  timer(timer: number): string[] {
    return this.machine.timerFired(timer).map(written)
  }

  peerEnded(): string[] {
    return this.machine.peerEnded().map(written)
  }

  /** Communication, then motors, on. */
  powered(): this {
    this.command('power', 1, '"powerType": 2, "status": true')
    this.command('power', 2, '"powerType": 1, "status": true')
    return this
  }

  /** Powered and in closed loop. */
  closed(): this {
    this.powered().command('switchForceBalanceSystem', 3, '"status": true')
    return this
  }

  /** Tenths of a second pass. Answers what is told in the last of them. */
  ticks(count: number): string[] {
    let lines: readonly string[] = []
    for (let tick = 0; tick < count; tick++) lines = this.#controller.tick()
    return lines.map((line) => line.trimEnd())
  }
}

export const ack = (sequenceId: number): string => `{"id": "ack", "sequence_id": ${sequenceId}}`
export const noack = (sequenceId: number): string => `{"id": "noack", "sequence_id": ${sequenceId}}`
export const success = (sequenceId: number): string => `{"id": "success", "sequence_id": ${sequenceId}}`
export const fail = (sequenceId: number): string => `{"id": "fail", "sequence_id": ${sequenceId}}`
