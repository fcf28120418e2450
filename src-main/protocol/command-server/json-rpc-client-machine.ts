/**
 * One client of a JSON-RPC 2.0 server.
 *
 * * Every call and notification of a command is a job: `submit` asks for a worker, `started` says that it has one, `release` that it
 *   is over. Any number run at once; their responses go out as they come. Those of a batch go out together, after the last.
 * * A job waits for time, for a script, or for a message of the client that is none of its calls: a response, or a notification that
 *   is no command. Such messages go to the job that waits longest; the newest 64 are kept while a conversation is under way.
 * * What a command sends in between is what its template says, as a message of its own.
 * * What is no JSON or no request is answered as section 5.1 of the specification has it, and counted.
 * * After FIN of the client its jobs still end, then the connection; a message that is waited for fails. The same goes for what comes
 *   before a length over the maximum, or a header that cannot be read: nothing behind it is read.
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { JsonRpcServerSettings } from '../../contract/schemas/server-kinds.ts'
import { encodeJsonRpcFrame } from '../command-rpc/json-rpc/json-rpc-frames.ts'
import type { JsonNode } from '../json/json-node.ts'
import { parseJsonBytes } from '../json/parse-json.ts'
import type { CommandOutcome } from './command-outcome.ts'
import { CommandRun, nextStep, type RunStep } from './command-run.ts'
import type { CompiledCommand } from './compiled-table.ts'
import { FrameReader, jsonRpcRequestFraming } from './frame-reader.ts'
import {
  jsonRpcError,
  jsonRpcErrors,
  namedParameters,
  readJsonRpcInput,
  responseOf,
  strictJson,
} from './json-rpc-texts.ts'
import type { TableView } from './table-view.ts'
import { UnreadMessages } from './unread-messages.ts'

/** One call or notification under way. */
export interface JsonRpcJob {
  /** JSON as the client wrote it; null for a notification. */
  readonly id: string | null
  readonly run: CommandRun
  readonly batch: Batch | null
  readonly talks: boolean
  waiting: 'worker' | 'time' | 'script' | { readonly timeoutMs: number | null } | null
}

interface Batch {
  readonly responses: string[]
  /** Jobs that are not over yet, and one more while the batch is being read. */
  open: number
}

export type JsonRpcClientInput =
  /** The bytes are not changed afterwards. */
  | { readonly kind: 'received'; readonly bytes: Uint8Array }
  | { readonly kind: 'peer-ended' }
  | { readonly kind: 'started'; readonly job: JsonRpcJob }
  | { readonly kind: 'timer-fired'; readonly job: JsonRpcJob }
  | { readonly kind: 'script-ended'; readonly job: JsonRpcJob; readonly outcome: CommandOutcome }
  /** Everything that was asked for before `read-on` is done, and the client has room for more. */
  | { readonly kind: 'read-on' }
  | { readonly kind: 'closed' }

export type JsonRpcClientEffect =
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  /** FIN after everything that was written. */
  | { readonly kind: 'end' }
  /** True: nothing more should be read from the client. */
  | { readonly kind: 'hold'; readonly isHeld: boolean }
  | { readonly kind: 'submit'; readonly job: JsonRpcJob }
  | { readonly kind: 'release'; readonly job: JsonRpcJob }
  | { readonly kind: 'wake-after'; readonly job: JsonRpcJob; readonly delayMs: number | null }
  | {
      readonly kind: 'run-script'
      readonly job: JsonRpcJob
      readonly source: string
      readonly parameters: JsonNode
      readonly count: number
    }
  /** Wants `read-on` after what these effects bring about, once the client takes more; `isNextTurn`: and others had their turn. */
  | { readonly kind: 'read-on'; readonly isNextTurn: boolean }
  | { readonly kind: 'problem'; readonly error: ErrorShape }

/** After so many messages other clients have their turn: one chunk may hold tens of thousands. */
const mostReadInTurn = 100
/** More under way of one client: nothing is read from it meanwhile. */
const mostJobs = 256
const mostKeptMessages = 64
const mostInBatch = 10_000
/** A request has at most so many values. */
const maximumValues = 1_000_000

export class JsonRpcClientMachine {
  readonly #connection: number
  readonly #settings: JsonRpcServerSettings
  readonly #table: TableView
  readonly #reader: FrameReader
  readonly #jobs = new Set<JsonRpcJob>()
  readonly #messages: JsonNode[] = []
  readonly #unread: UnreadMessages
  #submitted = 0
  #readInTurn = 0
  #readsOnLater: 'now' | 'next-turn' | null = null
  /** Nothing more is read: the client has ended its side, or what it sends cannot be cut into messages. */
  #isDeaf = false
  /** What is unfinished is looked at behind everything before it. */
  #owesLastLine = false
  #isRefused = false
  #isOver = false
  #isHeld = false
  #effects: JsonRpcClientEffect[] = []

  constructor(connection: number, settings: JsonRpcServerSettings, table: TableView) {
    this.#connection = connection
    this.#settings = settings
    this.#table = table
    this.#reader = new FrameReader(jsonRpcRequestFraming(settings), settings.maximumRequestBytes)
    this.#unread = new UnreadMessages(this.#reader)
  }

  accept(input: JsonRpcClientInput): readonly JsonRpcClientEffect[] {
    this.#effects = []
    if (this.#isOver && input.kind !== 'closed') return this.#effects
    switch (input.kind) {
      case 'received':
        if (this.#isDeaf) break
        this.#unread.add(input.bytes)
        break
      case 'peer-ended':
        this.#owesLastLine = !this.#isDeaf
        this.#isDeaf = true
        break
      case 'read-on':
        this.#readsOnLater = null
        break
      case 'started':
      case 'timer-fired':
        this.#wake(input.job)
        break
      case 'script-ended':
        if (!this.#jobs.has(input.job) || input.job.waiting !== 'script') break
        input.job.waiting = null
        input.job.run.scriptEnded(input.outcome)
        this.#goOn(input.job)
        break
      case 'closed':
        this.#unread.skipAll()
        if ((!this.#isDeaf || this.#owesLastLine) && !this.#isOver) this.#countUnfinished()
        this.#giveUp()
    }
    this.#readOn()
    this.#holdAsNeeded()
    return this.#effects
  }

  /**
   * Reads messages until one has jobs, which come first: so the answers are the same however the stream is split. Stops while too many
   * are under way, and between turns.
   */
  #readOn(): void {
    if (this.#readsOnLater !== null) return
    while (this.#jobs.size < mostJobs && !this.#unread.isEmpty()) {
      const jobs = this.#submitted
      const message = this.#unread.take()
      if (message !== undefined) this.#message(message)
      const isNextTurn = ++this.#readInTurn >= mostReadInTurn && !this.#unread.isEmpty()
      if (this.#submitted === jobs && !isNextTurn) continue
      const isEmpty = this.#unread.isEmpty()
      if (isNextTurn || isEmpty) this.#readInTurn = 0
      if (isEmpty && !this.#isDeaf) return
      this.#readsOnLater = isNextTurn ? 'next-turn' : 'now'
      this.#effects.push({ kind: 'read-on', isNextTurn })
      return
    }
    if (!this.#unread.isEmpty()) return
    this.#readInTurn = 0
    this.#refuseIfUnreadable()
    if (this.#owesLastLine) {
      this.#owesLastLine = false
      if (this.#takeUnfinished()) return this.#readOn()
    }
    if (!this.#isDeaf) return
    for (const job of this.#jobs) if (typeof job.waiting === 'object' && job.waiting !== null) this.#goOn(job)
    if (this.#jobs.size === 0) this.#end()
  }

  #message(bytes: Uint8Array): void {
    const document = parseJsonBytes(bytes, { maximumValues })
    if (!document.ok) {
      this.#malformed(document.error.message)
      this.#write(jsonRpcError(jsonRpcErrors.parseError, document.error.message, null))
      return
    }
    const { root } = document
    if (root.kind !== 'array') {
      this.#single(root, bytes, null)
      return
    }
    const { length } = root.elements
    if (length === 0 || length > mostInBatch) {
      const reason = length === 0 ? 'A batch is not empty.' : `A batch has at most ${mostInBatch} requests.`
      this.#malformed(reason)
      this.#write(jsonRpcError(jsonRpcErrors.invalidRequest, reason, null))
      return
    }
    const batch: Batch = { responses: [], open: 1 }
    for (const element of root.elements) this.#single(element, bytes, batch)
    this.#closeInBatch(batch)
  }

  #single(node: JsonNode, bytes: Uint8Array, batch: Batch | null): void {
    const input = readJsonRpcInput(node, bytes)
    switch (input.kind) {
      case 'invalid':
        this.#malformed(input.reason)
        this.#respond(jsonRpcError(jsonRpcErrors.invalidRequest, input.reason, input.id), batch)
        return
      case 'response':
        this.#turn(node)
        return
      case 'request': {
        const command = this.#table.find(input.method)
        if (command !== null) this.#begin(command, input.parameters, input.id, batch)
        else if (input.id === null) this.#turn(node)
        else {
          const reason = `There is no method ${JSON.stringify(input.method)}.`
          this.#respond(jsonRpcError(jsonRpcErrors.methodNotFound, reason, input.id), batch)
        }
      }
    }
  }

  #begin(command: CompiledCommand, given: JsonNode | null, id: string | null, batch: Batch | null): void {
    const parameters = namedParameters(command, given)
    if (!parameters.ok) {
      if (id !== null) this.#respond(jsonRpcError(jsonRpcErrors.invalidParameters, parameters.reason, id), batch)
      return
    }
    const { named, request } = parameters
    const run = new CommandRun({ command, parameters: named, request, count: this.#table.count(command.name) })
    const job: JsonRpcJob = { id, run, batch, talks: command.action.kind === 'steps', waiting: 'worker' }
    if (batch !== null) batch.open++
    this.#jobs.add(job)
    this.#submitted++
    this.#effects.push({ kind: 'submit', job })
  }

  /** A message that is no call: for whoever waits for one. */
  #turn(node: JsonNode): void {
    for (const job of this.#jobs) {
      if (typeof job.waiting !== 'object' || job.waiting === null) continue
      this.#give(job, node)
      this.#goOn(job)
      return
    }
    if (![...this.#jobs].some(({ talks }) => talks)) return
    this.#messages.push(node)
    if (this.#messages.length > mostKeptMessages) this.#messages.shift()
  }

  #wake(job: JsonRpcJob): void {
    if (!this.#jobs.has(job) || job.waiting === null || job.waiting === 'script') return
    if (typeof job.waiting === 'object') job.run.notReceived(`No message came within ${job.waiting.timeoutMs ?? 0} ms.`)
    job.waiting = null
    this.#goOn(job)
  }

  /** Goes on with a job until it waits or is over. */
  #goOn(job: JsonRpcJob): void {
    while (this.#jobs.has(job)) {
      if (typeof job.waiting === 'string') return
      if (job.waiting !== null && !this.#takeMessage(job)) return
      this.#do(nextStep(job.run), job)
    }
  }

  #do(step: RunStep, job: JsonRpcJob): void {
    switch (step.kind) {
      case 'send':
        this.#write(strictJson(step.value))
        return
      case 'expect':
        job.waiting = { timeoutMs: step.timeoutMs }
        if (step.timeoutMs !== null) this.#effects.push({ kind: 'wake-after', job, delayMs: step.timeoutMs })
        return
      case 'wait':
        job.waiting = 'time'
        this.#effects.push({ kind: 'wake-after', job, delayMs: step.delayMs })
        return
      case 'script': {
        const { source, parameters, count } = step
        job.waiting = 'script'
        this.#effects.push({ kind: 'run-script', job, source, parameters, count })
        return
      }
      case 'done':
        this.#finish(job, step.outcome)
    }
  }

  /** False when there is no message yet. */
  #takeMessage(job: JsonRpcJob): boolean {
    const message = this.#messages.shift()
    if (message !== undefined) this.#give(job, message)
    else if (this.#isDeaf && !this.#owesLastLine && this.#unread.isEmpty()) {
      job.waiting = null
      job.run.notReceived('The client has ended its side.')
    } else return false
    return true
  }

  #give(job: JsonRpcJob, message: JsonNode): void {
    job.waiting = null
    this.#effects.push({ kind: 'wake-after', job, delayMs: null })
    job.run.received(message)
  }

  #finish(job: JsonRpcJob, outcome: CommandOutcome): void {
    this.#jobs.delete(job)
    if (this.#jobs.size === 0) this.#messages.length = 0
    this.#effects.push({ kind: 'release', job })
    if (outcome.kind === 'finished') {
      this.#giveUp()
      this.#effects.push({ kind: 'end' })
      return
    }
    if (job.id !== null) this.#respond(responseOf(outcome, job.id), job.batch)
    if (job.batch !== null) this.#closeInBatch(job.batch)
  }

  #respond(text: string, batch: Batch | null): void {
    if (batch === null) this.#write(text)
    else batch.responses.push(text)
  }

  #closeInBatch(batch: Batch): void {
    batch.open--
    if (batch.open === 0 && batch.responses.length > 0) this.#write(`[${batch.responses.join(',')}]`)
  }

  #write(text: string): void {
    this.#effects.push({ kind: 'write', bytes: encodeJsonRpcFrame(this.#settings, text) })
  }

  #refuseIfUnreadable(): void {
    const { refusal } = this.#reader
    if (refusal === null || this.#isRefused) return
    this.#isRefused = true
    this.#isDeaf = true
    if (refusal.kind === 'malformed') this.#malformed(refusal.reason)
    else {
      const [connection, maximumBytes] = [this.#connection, this.#settings.maximumRequestBytes]
      this.#problem(describeError('request-too-large', { connection, length: refusal.length, maximumBytes }))
    }
  }

  /** A last line needs no line ending: true when it is one. */
  #takeUnfinished(): boolean {
    const unfinished = this.#reader.unfinished()
    if (unfinished === null) return false
    const isLine = this.#settings.framing === 'lines' && parseJsonBytes(unfinished.bytes, { maximumValues }).ok
    if (isLine) this.#unread.addMessage(unfinished.bytes)
    else this.#countUnfinished()
    return isLine
  }

  #countUnfinished(): void {
    const missingBytes = this.#reader.unfinished()?.missingBytes
    if (missingBytes === undefined) return
    this.#problem(describeError('request-incomplete', { connection: this.#connection, missingBytes }))
  }

  #giveUp(): void {
    for (const job of this.#jobs) {
      this.#effects.push({ kind: 'wake-after', job, delayMs: null }, { kind: 'release', job })
    }
    this.#jobs.clear()
    this.#messages.length = 0
    this.#unread.drop()
    this.#isOver = true
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#effects.push({ kind: 'end' })
  }

  #malformed(reason: string): void {
    this.#problem(describeError('request-malformed', { connection: this.#connection, reason }))
  }

  #problem(error: ErrorShape): void {
    this.#effects.push({ kind: 'problem', error })
  }

  #holdAsNeeded(): void {
    const isFull = this.#jobs.size >= mostJobs || this.#readsOnLater === 'next-turn'
    const isHeld = isFull && !this.#isOver && !this.#isDeaf
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    this.#effects.push({ kind: 'hold', isHeld })
  }
}
