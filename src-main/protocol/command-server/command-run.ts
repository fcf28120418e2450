/**
 * One call of a command: what is to be done next, until there is an outcome.
 *
 * `next` answers one thing at a time. After `send` and `wait` it is asked again at once, or when the time is over; after
 * `expect` once `received` or `notReceived` was called; after `script` once `scriptEnded` was. `done` is the last. What goes
 * wrong on the way is an outcome too.
 */
import type { JsonNode } from '../json/json-node.ts'
import { errorOutcome, type CommandOutcome } from './command-outcome.ts'
import type { CompiledCommand } from './compiled-table.ts'
import { jsonNull, jsonNumber } from '../command-rpc/new-json.ts'
import { memberOf } from './json-members.ts'
import { fillTemplate, textOfValue, type Template } from './template.ts'

/** What a call brings along. */
export interface CommandCall {
  readonly command: CompiledCommand
  /** Parameters by name. */
  readonly parameters: JsonNode & { readonly kind: 'object' }
  /** All of them as they came: an object, or an array where the protocol has them by position. */
  readonly request: JsonNode
  /** How often the command was called, this time included. */
  readonly count: number
}

export type RunStep =
  | { readonly kind: 'send'; readonly value: JsonNode }
  /** Null waits for ever. */
  | { readonly kind: 'expect'; readonly timeoutMs: number | null }
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'script'; readonly source: string; readonly parameters: JsonNode; readonly count: number }
  | { readonly kind: 'done'; readonly outcome: CommandOutcome }

export class CommandRun {
  readonly #call: CommandCall
  /** Steps that are done; -1 before the delay of the command. */
  #doneSteps = -1
  #received: JsonNode = jsonNull
  #outcome: CommandOutcome | null = null

  constructor(call: CommandCall) {
    this.#call = call
  }

  next(): RunStep {
    const { command, parameters, count } = this.#call
    if (this.#outcome !== null) return { kind: 'done', outcome: this.#outcome }
    if (this.#doneSteps === -1) {
      this.#doneSteps = 0
      if (command.delayMs > 0) return { kind: 'wait', delayMs: command.delayMs }
    }
    const { action } = command
    if (action.kind === 'script') return { kind: 'script', source: action.source, parameters, count }
    if (action.kind === 'steps') {
      const step = action.steps[this.#doneSteps++]
      switch (step?.kind) {
        case 'send':
          return { kind: 'send', value: this.#fill(step.template) }
        case 'expect':
          return { kind: 'expect', timeoutMs: step.timeoutMs }
        case 'delay':
          return { kind: 'wait', delayMs: step.delayMs }
        case 'finish':
          return this.#done({ kind: 'finished' })
        case undefined:
      }
    }
    return this.#done(this.#lastOutcome())
  }

  /** The message that was waited for. */
  received(value: JsonNode): void {
    this.#received = value
    const { action } = this.#call.command
    const step = action.kind === 'steps' ? action.steps[this.#doneSteps - 1] : undefined
    if (step?.kind !== 'expect') return
    const members = value.kind === 'object' ? value.members : []
    const missing = step.requiredKeys.find((key) => memberOf(members, key) === undefined)
    if (missing !== undefined) this.#outcome = errorOutcome(`The message has no key "${missing}".`)
  }

  /** What was waited for does not come: the time is over, or the client has ended its side. */
  notReceived(message: string): void {
    this.#outcome = errorOutcome(message)
  }

  scriptEnded(outcome: CommandOutcome): void {
    this.#outcome = outcome
  }

  #done(outcome: CommandOutcome): RunStep {
    this.#outcome = outcome
    return { kind: 'done', outcome }
  }

  #lastOutcome(): CommandOutcome {
    const { action } = this.#call.command
    switch (action.kind) {
      case 'reply':
        return { kind: 'result', value: this.#fill(action.template), isRaw: action.isRaw }
      case 'error': {
        const extra = action.extra === null ? null : this.#fill(action.extra)
        return errorOutcome(
          textOfValue(this.#fill(action.message)),
          action.code,
          extra?.kind === 'object' ? extra : null,
        )
      }
      case 'steps':
        if (action.template === null) return { kind: 'nothing' }
        return { kind: 'result', value: this.#fill(action.template), isRaw: false }
      case 'broken':
        return errorOutcome(action.error.message)
      case 'script':
        return { kind: 'nothing' }
    }
  }

  #fill(template: Template): JsonNode {
    const { parameters, request, count } = this.#call
    return fillTemplate(template, (name) => {
      switch (name) {
        case '$request':
          return request
        case '$received':
          return this.#received
        case '$count':
          return jsonNumber(String(count))
        default:
          return memberOf(parameters.members, name)
      }
    })
  }
}

/** A template may ask for more than there is room for: that is an error of its command, not the end of the server. */
export function nextStep(run: CommandRun): RunStep {
  try {
    return run.next()
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    return { kind: 'done', outcome: errorOutcome('The reply is too large.') }
  }
}
