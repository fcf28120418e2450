/**
 * One client of a tcpy-compatible server: its frames, its request, the turns of the conversation.
 *
 *     reading -> queued -> running -> over        (or reading again, where any number of requests is served)
 *
 * * reading: a whole frame is a request. One that cannot be read is answered with an error frame, or drops the client.
 * * queued: `submit` was asked for; `started` says that a worker took it. What comes meanwhile is kept for the turns, up to 64 KiB.
 * * running: the command goes on until it waits: for time, a frame, a script. Every frame is one write.
 * * over: what the client still sends is passed over without a reply.
 *
 * After FIN of the client a command still ends and its reply goes out; a turn that is waited for fails. An unfinished frame
 * is a problem then. A length over the maximum is one as soon as the frame would be read; the client is closed.
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { CommandServerSettings } from '../../contract/schemas/server-kinds.ts'
import type { JsonMember, JsonNode } from '../json/json-node.ts'
import { errorOutcome, type CommandOutcome } from './command-outcome.ts'
import { CommandRun, nextStep, type RunStep } from './command-run.ts'
import { FrameReader } from './frame-reader.ts'
import { jsonObject } from '../command-rpc/new-json.ts'
import { pythonSignatureProblem } from './signature.ts'
import type { TableView } from './table-view.ts'
import { tcpyFrame, tcpyReply } from './tcpy-reply.ts'
import { readTcpyMessage, readTcpyRequest } from './tcpy-request.ts'
import { UnreadMessages } from './unread-messages.ts'

export type TcpyClientInput =
  /** The bytes are not changed afterwards. */
  | { readonly kind: 'received'; readonly bytes: Uint8Array }
  | { readonly kind: 'peer-ended' }
  /** A worker took the request that was submitted. */
  | { readonly kind: 'started' }
  | { readonly kind: 'timer-fired' }
  | { readonly kind: 'script-ended'; readonly outcome: CommandOutcome }
  | { readonly kind: 'closed' }

export type TcpyClientEffect =
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  /** FIN after everything that was written. */
  | { readonly kind: 'end' }
  /** The connection is closed now. */
  | { readonly kind: 'close' }
  /** True: nothing more should be read from the client. */
  | { readonly kind: 'hold'; readonly isHeld: boolean }
  | { readonly kind: 'submit' }
  /** The request that was submitted is over; its worker is free. */
  | { readonly kind: 'release' }
  /** Wants `timer-fired` after this time instead of the one asked for before; null: not any more. */
  | { readonly kind: 'wake-after'; readonly delayMs: number | null }
  | { readonly kind: 'run-script'; readonly source: string; readonly parameters: JsonNode; readonly count: number }
  | { readonly kind: 'problem'; readonly error: ErrorShape }

type Waiting = 'time' | 'script' | { readonly timeoutMs: number | null }

export class TcpyClientMachine {
  readonly #connection: number
  readonly #settings: CommandServerSettings
  readonly #table: TableView
  readonly #reader: FrameReader
  readonly #unread: UnreadMessages
  #state: 'reading' | 'queued' | 'running' | 'over' = 'reading'
  #request: { readonly command: string; readonly parameters: readonly JsonMember[] } | null = null
  #run: CommandRun | null = null
  #waiting: Waiting | null = null
  #peerEnded = false
  #refusalIsTold = false
  #isEnded = false
  #isHeld = false
  #effects: TcpyClientEffect[] = []

  constructor(connection: number, settings: CommandServerSettings, table: TableView) {
    this.#connection = connection
    this.#settings = settings
    this.#table = table
    this.#reader = new FrameReader({ kind: 'length-prefix', field: 'u32be' }, settings.maximumRequestBytes)
    this.#unread = new UnreadMessages(this.#reader)
  }

  accept(input: TcpyClientInput): readonly TcpyClientEffect[] {
    this.#effects = []
    switch (input.kind) {
      case 'received':
        this.#received(input.bytes)
        break
      case 'peer-ended':
        this.#peerEnded = true
        break
      case 'started':
        this.#start()
        break
      case 'timer-fired':
        this.#timeIsOver()
        break
      case 'script-ended':
        if (this.#waiting === 'script') this.#run?.scriptEnded(input.outcome)
        if (this.#waiting === 'script') this.#waiting = null
        break
      case 'closed':
        this.#unread.skipAll()
        if (this.#state !== 'over') this.#countUnfinished()
        this.#giveUp()
    }
    this.#goOn()
    this.#holdAsNeeded()
    return this.#effects
  }

  #received(bytes: Uint8Array): void {
    if (this.#state !== 'over') this.#unread.add(bytes)
  }

  #start(): void {
    const request = this.#request
    if (this.#state !== 'queued' || request === null) return
    this.#state = 'running'
    const { command: name, parameters } = request
    const command = this.#table.find(name)
    if (command === null) {
      this.#finish(errorOutcome(`Invalid command ${name}!`))
      return
    }
    const count = this.#table.count(name)
    const problem = pythonSignatureProblem(
      command,
      parameters.map(({ key }) => key),
    )
    const object = jsonObject(parameters)
    if (problem === null) this.#run = new CommandRun({ command, parameters: object, request: object, count })
    else this.#finish(errorOutcome(problem))
  }

  #timeIsOver(): void {
    const waiting = this.#waiting
    if (waiting === null || waiting === 'script') return
    if (waiting !== 'time') this.#run?.notReceived(`No message came within ${waiting.timeoutMs ?? 0} ms.`)
    this.#waiting = null
  }

  /** Does what can be done now. */
  #goOn(): void {
    while (true) {
      if (this.#state === 'reading') {
        if (!this.#readRequest()) break
      } else if (this.#state === 'running') {
        if (!this.#takeTurn()) break
      } else break
    }
    const isIdle = this.#state === 'over' || this.#state === 'reading'
    if (!this.#peerEnded || this.#isEnded || !isIdle) return
    if (this.#state === 'reading') this.#countUnfinished()
    this.#end()
  }

  /** False when there is no whole frame. */
  #readRequest(): boolean {
    const frame = this.#unread.take()
    if (frame === undefined) {
      if (this.#isUnreadable()) this.#close()
      return false
    }
    const request = readTcpyRequest(frame)
    if (request.kind === 'call') {
      this.#request = request
      this.#state = 'queued'
      this.#effects.push({ kind: 'submit' })
      return true
    }
    this.#malformed(request.reason)
    if (this.#settings.invalidRequest === 'drop') this.#close()
    else {
      this.#reply(errorOutcome(request.message))
      this.#afterReply()
    }
    return true
  }

  /** False when the command waits. */
  #takeTurn(): boolean {
    const run = this.#run
    if (run === null) return false
    if (this.#waiting !== null) {
      if (typeof this.#waiting === 'string' || !this.#takeMessage(run)) return false
      this.#waiting = null
      this.#effects.push({ kind: 'wake-after', delayMs: null })
    }
    this.#do(nextStep(run), run)
    return true
  }

  #do(step: RunStep, run: CommandRun): void {
    switch (step.kind) {
      case 'send': {
        const frame = tcpyFrame(step.value)
        if (frame.ok) this.#effects.push({ kind: 'write', bytes: frame.bytes })
        else {
          this.#problem(frame.error)
          run.notReceived(frame.error.message)
        }
        return
      }
      case 'expect':
        this.#waiting = { timeoutMs: step.timeoutMs }
        if (step.timeoutMs !== null) this.#effects.push({ kind: 'wake-after', delayMs: step.timeoutMs })
        return
      case 'wait':
        this.#waiting = 'time'
        this.#effects.push({ kind: 'wake-after', delayMs: step.delayMs })
        return
      case 'script':
        this.#waiting = 'script'
        this.#effects.push({ kind: 'run-script', source: step.source, parameters: step.parameters, count: step.count })
        return
      case 'done':
        this.#finish(step.outcome)
    }
  }

  /** Gives the frame that is waited for to the command; false when it is not there yet. */
  #takeMessage(run: CommandRun): boolean {
    const frame = this.#unread.take()
    if (frame === undefined) {
      if (!this.#isUnreadable() && !this.#peerEnded) return false
      this.#countUnfinished()
      run.notReceived('Socket closed!')
      return true
    }
    const message = readTcpyMessage(frame)
    if (message.kind === 'value') run.received(message.value)
    else {
      this.#malformed(message.reason)
      run.notReceived(message.message)
    }
    return true
  }

  #finish(outcome: CommandOutcome): void {
    this.#run = null
    this.#request = null
    this.#effects.push({ kind: 'release' })
    if (outcome.kind === 'finished') {
      this.#end()
      return
    }
    this.#reply(outcome)
    this.#afterReply()
  }

  #reply(outcome: CommandOutcome): void {
    const value = tcpyReply(outcome)
    if (value === null) return
    const frame = tcpyFrame(value)
    if (frame.ok) {
      this.#effects.push({ kind: 'write', bytes: frame.bytes })
      return
    }
    this.#problem(frame.error)
    // A sentence can always be encoded.
    this.#reply(errorOutcome(frame.error.message))
  }

  #afterReply(): void {
    const { requestsPerConnection, afterReply } = this.#settings
    if (requestsPerConnection === 'any' && afterReply === 'keep-open') {
      this.#state = 'reading'
      return
    }
    this.#state = 'over'
    this.#unread.drop()
    if (afterReply === 'close') this.#end()
  }

  /** A length over the maximum stands where the next frame should begin: told once. */
  #isUnreadable(): boolean {
    const { refusal } = this.#reader
    if (refusal?.kind !== 'too-large') return false
    if (!this.#refusalIsTold) {
      const { maximumRequestBytes: maximumBytes } = this.#settings
      const { length } = refusal
      this.#problem(describeError('request-too-large', { connection: this.#connection, length, maximumBytes }))
    }
    this.#refusalIsTold = true
    return true
  }

  #close(): void {
    this.#giveUp()
    this.#effects.push({ kind: 'close' })
  }

  /** Nothing is served any more. */
  #giveUp(): void {
    if (this.#state === 'queued' || this.#state === 'running') this.#effects.push({ kind: 'release' })
    if (this.#waiting !== null) this.#effects.push({ kind: 'wake-after', delayMs: null })
    this.#state = 'over'
    this.#isEnded = true
    this.#run = null
    this.#request = null
    this.#waiting = null
    this.#unread.drop()
  }

  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#state = 'over'
    this.#effects.push({ kind: 'end' })
  }

  #countUnfinished(): void {
    const unfinished = this.#reader.unfinished()
    if (unfinished === null || this.#isEnded) return
    const { missingBytes } = unfinished
    this.#problem(describeError('request-incomplete', { connection: this.#connection, missingBytes }))
  }

  #malformed(reason: string): void {
    this.#problem(describeError('request-malformed', { connection: this.#connection, reason }))
  }

  #problem(error: ErrorShape): void {
    this.#effects.push({ kind: 'problem', error })
  }

  #holdAsNeeded(): void {
    const isHeld = this.#unread.isFull
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    this.#effects.push({ kind: 'hold', isHeld })
  }
}
