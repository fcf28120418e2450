import type { ErrorShape } from '../../contract/errors.ts'
import { describeError } from '../../contract/errors.ts'
import type { MessageSource } from '../../contract/schemas/message.ts'
import type { ReplyRule } from '../../contract/schemas/reply-rules.ts'
import type { RuleFraming } from './compiled-rules.ts'
import type { CapturedTexts, RuleMatcher } from './match-rules.ts'
import { MessageCutter, type ClientPiece } from './message-cutter.ts'

/**
 * What is to be done now. `pass` hands bytes of the client on to the server as it is without rules, `pass-end` its end. `wait`: nothing
 * before that time, null: nothing before something else happens.
 */
export type RuleStep =
  | { readonly kind: 'pass'; readonly bytes: Uint8Array }
  | { readonly kind: 'pass-end' }
  | { readonly kind: 'applied'; readonly ruleId: string }
  | ReplyStep
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'problem'; readonly error: ErrorShape }
  | { readonly kind: 'wait'; readonly untilMs: number | null }

/** A reply to be composed. `ruleName` is what people call the rule, `framing` goes around the reply. */
export interface ReplyStep {
  readonly kind: 'reply'
  readonly ruleName: string
  readonly message: MessageSource
  readonly framing: RuleFraming
  readonly captured: CapturedTexts
}

/** The rules of a server as its clients use them; null in place of it while there are none. */
export interface RulesInUse {
  readonly framing: RuleFraming
  readonly matcher: RuleMatcher
}

/** A rule at work. */
interface Running {
  readonly rule: ReplyRule
  readonly piece: ClientPiece
  readonly captured: CapturedTexts
  readonly framing: RuleFraming
  nextAction: number
}

/** So many looks at rules in one turn; further messages wait for the next, so that others get theirs. */
const mostLooksPerTurn = 100_000
/** So much of a chunk is cut into messages at a time. */
const sliceBytes = 4096
/** Besides its rules a message costs as much as so many looks. */
const messageLooks = 20

/**
 * The rules between a client and a server. Bytes and times go in, what is done now comes out of `next`, which is asked until it
 * answers `wait`, and again whenever something went in or the time has come. Rules:
 * - Messages are looked at in order. The next one waits until all that the rule of the one before does is done.
 * - A message that no rule takes is handed on with its framing, as are bytes that are no message: the server gets them exactly and
 *   in order. With `passesOn` a taken message is handed on as well, after the actions.
 * - The end of the client comes after all its messages; what is no whole message by then is handed on.
 * - While `isBusy`, nothing should be read from the client: what comes all the same waits.
 * - `timesPerClient` counts by rule, and goes on when the rules change. Messages that wait are looked at by the new rules.
 */
export class RuleMachine {
  #rules: RulesInUse | null
  #cutter: MessageCutter | null
  /** As they came: a chunk of the shortest messages would be hundreds of times its size when cut. */
  #uncut: { readonly bytes: Uint8Array; readonly timeNs: number }[] = []
  #pieces: ClientPiece[] = []
  #firstPiece = 0
  #running: Running | null = null
  #delayUntilMs: number | null = null
  #clientEnded = false
  #endPassed = false
  #looks = 0
  readonly #timesApplied = new Map<string, number>()
  readonly #connection: number
  #problems: ErrorShape[] = []

  constructor(connection: number, rules: RulesInUse | null) {
    this.#connection = connection
    this.#rules = rules
    this.#cutter = rules === null ? null : new MessageCutter(rules.framing)
  }

  /** Something is to be done before the client should be read from again. */
  get isBusy(): boolean {
    return this.#running !== null || this.#firstPiece < this.#pieces.length || this.#uncut.length > 0
  }

  /** Nothing is kept, there are no rules, and more may come. */
  get isIdle(): boolean {
    return !this.isBusy && this.#cutter === null && !this.#clientEnded && this.#problems.length === 0
  }

  /** Bytes of the client, which must not be changed afterwards. */
  accept(bytes: Uint8Array, nowMs: number): void {
    if (bytes.length > 0) this.#uncut.push({ bytes, timeNs: nowMs * 1e6 })
  }

  /** The client ended its side. */
  end(): void {
    this.#clientEnded = true
  }

  /** Takes up other rules, or none. What is not a whole message yet is cut anew when the framing is another. */
  redefine(rules: RulesInUse | null, nowMs: number): void {
    const before = this.#rules
    this.#rules = rules
    if (this.#clientEnded || (before !== null && rules !== null && isSame(before.framing, rules.framing))) return
    const kept = this.#cutter?.release() ?? new Uint8Array(0)
    this.#cutter = rules === null ? null : new MessageCutter(rules.framing)
    if (kept.length > 0) this.#uncut.unshift({ bytes: kept, timeNs: nowMs * 1e6 })
  }

  next(nowMs: number): RuleStep {
    const problem = this.#problems.shift()
    if (problem !== undefined) return { kind: 'problem', error: problem }
    if (this.#delayUntilMs !== null) {
      if (nowMs < this.#delayUntilMs) return { kind: 'wait', untilMs: this.#delayUntilMs }
      this.#delayUntilMs = null
    }
    if (this.#running !== null) return this.#goOn(this.#running, nowMs)
    const piece = this.#nextPiece(nowMs)
    if (piece !== undefined) return this.#look(piece, nowMs)
    this.#looks = 0
    if (this.#clientEnded && !this.#endPassed) {
      this.#endPassed = true
      return { kind: 'pass-end' }
    }
    const quietAtNs = this.#cutter?.quietAtNs ?? null
    return { kind: 'wait', untilMs: quietAtNs === null ? null : quietAtNs / 1e6 }
  }

  /** Cuts on until there is a piece. */
  #nextPiece(nowMs: number): ClientPiece | undefined {
    while (this.#firstPiece === this.#pieces.length && this.#uncut.length > 0) this.#cutOn()
    if (this.#firstPiece === this.#pieces.length) {
      if (!this.#clientEnded) this.#endBySilence(nowMs)
      else {
        for (const piece of this.#cutter?.end() ?? []) this.#pieces.push(piece)
        this.#cutter = null
      }
    }
    return this.#pieces[this.#firstPiece]
  }

  #cutOn(): void {
    const [first] = this.#uncut
    if (first === undefined) return
    const { bytes, timeNs } = first
    const isWhole = this.#cutter === null || this.#cutter.isByChunk
    const length = isWhole ? bytes.length : Math.min(sliceBytes, bytes.length)
    const slice = bytes.subarray(0, length)
    if (length === bytes.length) this.#uncut.shift()
    else this.#uncut[0] = { bytes: bytes.subarray(length), timeNs }
    if (this.#cutter === null) this.#pieces.push({ kind: 'rest', bytes: slice })
    else for (const piece of this.#cutter.accept(slice, timeNs)) this.#pieces.push(piece)
  }

  #endBySilence(nowMs: number): void {
    const quietAtNs = this.#cutter?.quietAtNs ?? null
    if (quietAtNs === null || nowMs * 1e6 < quietAtNs) return
    for (const piece of this.#cutter?.accept(new Uint8Array(0), nowMs * 1e6) ?? []) this.#pieces.push(piece)
  }

  #look(piece: ClientPiece, nowMs: number): RuleStep {
    if (piece.kind === 'rest' || this.#rules === null) {
      this.#takePiece()
      return { kind: 'pass', bytes: piece.bytes }
    }
    const { matcher, framing } = this.#rules
    if (this.#looks > mostLooksPerTurn) {
      this.#looks = 0
      return { kind: 'wait', untilMs: nowMs }
    }
    this.#looks += messageLooks + matcher.ruleCount
    this.#takePiece()
    const applied = matcher.find(
      piece.content,
      ({ rule }) => rule.timesPerClient !== null && (this.#timesApplied.get(rule.ruleId) ?? 0) >= rule.timesPerClient,
      ({ rule }) => this.#problems.push(tooSlow(this.#connection, nameOf(rule))),
    )
    if (applied === null) return { kind: 'pass', bytes: piece.bytes }
    const { rule } = applied.rule
    if (rule.timesPerClient !== null) {
      this.#timesApplied.set(rule.ruleId, (this.#timesApplied.get(rule.ruleId) ?? 0) + 1)
    }
    this.#running = { rule, piece, captured: applied.captured, framing, nextAction: 0 }
    return { kind: 'applied', ruleId: rule.ruleId }
  }

  #goOn(running: Running, nowMs: number): RuleStep {
    const { rule, piece, captured, framing } = running
    const action = rule.actions[running.nextAction++]
    if (action === undefined) {
      this.#running = null
      return rule.passesOn ? { kind: 'pass', bytes: piece.bytes } : this.next(nowMs)
    }
    switch (action.kind) {
      case 'reply':
        return { kind: 'reply', ruleName: nameOf(rule), message: action.message, framing, captured }
      case 'delay':
        this.#delayUntilMs = nowMs + action.delayMs
        return { kind: 'wait', untilMs: this.#delayUntilMs }
      case 'end':
      case 'reset':
        return { kind: action.kind }
      default:
        return action satisfies never
    }
  }

  #takePiece(): void {
    this.#firstPiece++
    if (this.#firstPiece < 1024 && this.#firstPiece < this.#pieces.length) return
    this.#pieces = this.#pieces.slice(this.#firstPiece)
    this.#firstPiece = 0
  }
}

/** What people call a rule. */
function nameOf({ name, ruleId }: ReplyRule): string {
  return name === '' ? ruleId : name
}

function tooSlow(connection: number, rule: string): ErrorShape {
  return describeError('rule-too-slow', { connection, rule })
}

function isSame(first: RuleFraming, second: RuleFraming): boolean {
  return JSON.stringify(first) === JSON.stringify(second)
}
