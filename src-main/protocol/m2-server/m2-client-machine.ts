/**
 * One client of the command port, as a machine: bytes and timers in, effects out.
 *
 *   known command      `reply` ack, `publish` its first events; after `commandDurationMs` `publish` the others, `reply` success or fail
 *   unknown command    `reply` noack
 *   anything else      counted, and a problem where it is wrong
 *
 * Rules:
 * - A command without a number cannot be answered: a problem. With a number that is none of a sequence (negative, not whole)
 *   it is answered noack with that number, and a problem. Parameters that are missing or wrong: ack, fail, and a problem.
 * - Commands are worked on at once; each ends after its own time. At most `maximumCommandsInFlight`: then nothing more is
 *   read (`hold-reading`) until one has ended.
 * - With `checksSequence` every number must be one more than the last good one, 1 after 2147483647; the client chooses the first. A
 *   gap is answered noack with the number that is missing, which is still waited for.
 * - With `requiresHeartbeat` a client without a heartbeat for 10 s, looked at every second, is closed.
 * - After the client's end the commands in flight are answered, then the server ends too. Nothing happens after `close`.
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { isM2SequenceId } from '../m2/m2-sequence.ts'
import { CommandParameters, ParameterFault } from './command-parameters.ts'
import { LineReader } from './line-reader.ts'
import type { M2Controller } from './m2-controller.ts'
import { readInput, shortened, type M2Input } from './m2-input.ts'
import { messageLine } from './message-line.ts'
import { preparationOf } from './mirror-commands.ts'
import type { PreparedCommand } from './prepared-command.ts'

export type M2Effect =
  /** A line to this client. */
  | { readonly kind: 'reply'; readonly line: string }
  /** An event of the mirror: a line to every client of the command port. */
  | { readonly kind: 'publish'; readonly line: string }
  | { readonly kind: 'wake-after'; readonly timer: number; readonly delayMs: number }
  | { readonly kind: 'problem'; readonly error: ErrorShape }
  | { readonly kind: 'hold-reading'; readonly isHeld: boolean }
  /** The controller boots: all clients of both ports are closed, the mirror begins anew. */
  | { readonly kind: 'restart' }
  /** FIN after everything that was written. */
  | { readonly kind: 'end' }
  /** Now, without waiting. */
  | { readonly kind: 'close' }

export interface M2ClientSettings {
  readonly checksSequence: boolean
  readonly requiresHeartbeat: boolean
  readonly commandDurationMs: number
}

export const maximumCommandsInFlight = 1000
const heartbeatTimer = 0
const heartbeatCheckMs = 1000
const heartbeatSeconds = 10

interface CommandInFlight {
  readonly sequenceText: string
  /** Null when its parameters were wrong. */
  readonly command: PreparedCommand | null
}

type Command = Extract<M2Input, { kind: 'command' }>

export class M2ClientMachine {
  readonly #controller: M2Controller
  readonly #settings: M2ClientSettings
  readonly #connection: number
  readonly #lines = new LineReader()
  readonly #inFlight = new Map<number, CommandInFlight>()
  #waiting: M2Input[] = []
  #lastTimer = heartbeatTimer
  #expectedSequence: number | null = null
  #secondsWithoutHeartbeat = 0
  #isHolding = false
  #hasPeerEnded = false
  #isClosed = false
  #effects: M2Effect[] = []

  /** `connection` is the number that problems name. */
  constructor(controller: M2Controller, settings: M2ClientSettings, connection: number) {
    this.#controller = controller
    this.#settings = settings
    this.#connection = connection
  }

  opened(): readonly M2Effect[] {
    for (const line of this.#controller.welcome()) this.#reply(line)
    if (this.#settings.requiresHeartbeat) this.#wakeForHeartbeat()
    return this.#taken()
  }

  /** Bytes are kept until their line has ended. */
  received(bytes: Uint8Array): readonly M2Effect[] {
    if (this.#isClosed || this.#hasPeerEnded) return []
    for (const line of this.#lines.acceptChunk(bytes)) this.#waiting.push(readInput(line))
    this.#work()
    return this.#taken()
  }

  timerFired(timer: number): readonly M2Effect[] {
    if (this.#isClosed) return []
    if (timer === heartbeatTimer) this.#checkHeartbeat()
    else this.#finish(timer)
    this.#work()
    return this.#taken()
  }

  peerEnded(): readonly M2Effect[] {
    if (this.#isClosed || this.#hasPeerEnded) return []
    this.#hasPeerEnded = true
    const { carriedBytes } = this.#lines
    if (carriedBytes > 0) this.#problem(`It ended in the middle of a line, after ${carriedBytes} bytes of it.`)
    this.#work()
    return this.#taken()
  }

  /** Takes up what was read as far as there is room for it. */
  #work(): void {
    let takenCount = 0
    for (const input of this.#waiting) {
      if (this.#isClosed || this.#isFull) break
      this.#take(input)
      takenCount++
    }
    this.#waiting = this.#waiting.slice(takenCount)
    if (this.#isClosed) return
    if (this.#isFull !== this.#isHolding) {
      this.#isHolding = this.#isFull
      this.#effects.push({ kind: 'hold-reading', isHeld: this.#isHolding })
    }
    if (this.#hasPeerEnded && this.#inFlight.size === 0) this.#shut('end')
  }

  get #isFull(): boolean {
    return this.#inFlight.size >= maximumCommandsInFlight
  }

  #take(input: M2Input): void {
    switch (input.kind) {
      case 'heartbeat':
        this.#secondsWithoutHeartbeat = 0
        return
      case 'command':
        this.#takeCommand(input)
        return
      case 'event':
      case 'telemetry':
        this.#controller.hear(input)
        return
      case 'malformed':
        this.#problem(input.reason)
        return
    }
  }

  #takeCommand(command: Command): void {
    const { name, sequenceText, isSequenceValid } = command
    if (sequenceText === null) {
      this.#problem(`Command ${shortened(name)} has no sequence_id that is a number, so it cannot be answered.`)
      return
    }
    if (!isSequenceValid) {
      this.#problem(`Command ${shortened(name)} has the sequence_id ${sequenceText}, which is no whole number from 0.`)
      this.#answer('noack', sequenceText)
      return
    }
    if (!this.#isInSequence(Number(sequenceText))) return
    const prepare = preparationOf(name)
    if (prepare === null) {
      this.#answer('noack', sequenceText)
      return
    }
    this.#answer('ack', sequenceText)
    this.#begin(sequenceText, this.#prepared(command, prepare))
  }

  #isInSequence(sequenceId: number): boolean {
    if (!this.#settings.checksSequence) return true
    const expected = this.#expectedSequence ?? sequenceId
    if (sequenceId !== expected) {
      this.#problem(`A command has the sequence_id ${sequenceId} where ${expected} is missing.`)
      this.#answer('noack', String(expected))
      return false
    }
    const next = sequenceId + 1
    this.#expectedSequence = isM2SequenceId(next) ? next : 1
    return true
  }

  #prepared({ name, root }: Command, prepare: NonNullable<ReturnType<typeof preparationOf>>): PreparedCommand | null {
    try {
      return prepare(new CommandParameters(root))
    } catch (error) {
      if (!(error instanceof ParameterFault)) throw error
      this.#problem(`Command ${name} failed. ${error.message}`)
      return null
    }
  }

  #begin(sequenceText: string, command: PreparedCommand | null): void {
    this.#publish(command?.begin?.(this.#controller.mirror) ?? [])
    const timer = ++this.#lastTimer
    this.#inFlight.set(timer, { sequenceText, command })
    const { commandDurationMs } = this.#settings
    if (commandDurationMs > 0) this.#effects.push({ kind: 'wake-after', timer, delayMs: commandDurationMs })
    else this.#finish(timer)
  }

  #finish(timer: number): void {
    const inFlight = this.#inFlight.get(timer)
    if (inFlight === undefined) return
    this.#inFlight.delete(timer)
    const outcome = inFlight.command?.finish(this.#controller.mirror)
    this.#publish(outcome?.events ?? [])
    this.#answer(outcome?.isSuccess === true ? 'success' : 'fail', inFlight.sequenceText)
    if (outcome?.restarts === true) {
      this.#effects.push({ kind: 'restart' })
      this.#isClosed = true
    }
  }

  #checkHeartbeat(): void {
    // What is not read cannot be heard.
    if (!this.#isHolding) this.#secondsWithoutHeartbeat++
    if (this.#secondsWithoutHeartbeat < heartbeatSeconds) {
      this.#wakeForHeartbeat()
      return
    }
    const data = { connection: this.#connection, seconds: heartbeatSeconds }
    this.#effects.push({ kind: 'problem', error: describeError('heartbeat-missing', data) })
    this.#shut('close')
  }

  #wakeForHeartbeat(): void {
    this.#effects.push({ kind: 'wake-after', timer: heartbeatTimer, delayMs: heartbeatCheckMs })
  }

  #shut(kind: 'end' | 'close'): void {
    this.#isClosed = true
    this.#effects.push({ kind })
  }

  #answer(status: 'ack' | 'noack' | 'success' | 'fail', sequenceText: string): void {
    this.#reply(messageLine(status, { sequence_id: sequenceText }))
  }

  #reply(line: string): void {
    this.#effects.push({ kind: 'reply', line })
  }

  #publish(lines: readonly string[]): void {
    for (const line of lines) this.#effects.push({ kind: 'publish', line })
  }

  #problem(reason: string): void {
    this.#effects.push({
      kind: 'problem',
      error: describeError('request-malformed', { connection: this.#connection, reason }),
    })
  }

  #taken(): readonly M2Effect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }
}
