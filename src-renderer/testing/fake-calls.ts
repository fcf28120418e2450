import * as v from 'valibot'
import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { describeError, WirebenchError, type ErrorShape } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import type {
  CallAnswer,
  CallEntry,
  CallReply,
  CallsState,
  CallStatistics,
  LedgerFilter,
  ReplyDifference,
} from '../../src-main/contract/schemas/call.ts'
import {
  callRequest,
  type CallCatalogue,
  type CallRequest,
  type CallSettings,
} from '../../src-main/contract/schemas/call-settings.ts'
import { parseJsonDocument } from '../../src-main/protocol/json/parse-json.ts'

const openStates: readonly CallEntry['state'][] = ['queued', 'waiting', 'acknowledged', 'to-answer']

/** The calls of the engine in memory: they begin when they are asked for; what comes back is told by the test. */
export class FakeCalls {
  readonly #events: EventHub
  sessionId = ''
  settings: CallSettings | null = null
  catalogue: CallCatalogue = { commands: [] }
  catalogueIsKept = true
  telemetry: CallsState['telemetry'] = null
  heartbeatsSent: number | null = null
  entries: CallEntry[] = []
  statistics: CallStatistics[] = []
  differences: ReplyDifference[] = []
  /** What was asked for, in its order. */
  readonly begun: { readonly requests: readonly CallRequest[]; readonly isBatch: boolean }[] = []
  readonly answers: { readonly number: number; readonly answer: CallAnswer }[] = []
  /** Nothing is told of what changes. */
  tellsNothing = false
  /** Why no call can begin now. */
  refusal: ErrorShape | null = null
  /** How often windows of the ledger were asked for. */
  ledgerLooks = 0
  /** Who waits until a call is over, by its number. */
  readonly #whenOver = new Map<number, (entry: CallEntry) => void>()
  #revision = 0
  #catalogueRevision = 0

  constructor(events: EventHub) {
    this.#events = events
  }

  get state(): CallsState {
    const pending = this.entries.filter(({ state }) => openStates.includes(state))
    return {
      sessionId: this.sessionId,
      settings: this.settings,
      entryCount: this.entries.length,
      droppedCount: 0,
      revision: this.#revision,
      pendingCount: pending.length,
      pending: pending.slice(0, 100),
      telemetry: this.telemetry,
      heartbeatsSent: this.heartbeatsSent,
      catalogueRevision: this.#catalogueRevision,
      catalogueIsKept: this.catalogueIsKept,
    }
  }

  /** Tells how things stand now. */
  tell(): void {
    this.#revision += 1
    if (!this.tellsNothing) this.#events.publish('call.changed', this.state)
  }

  /** A reply to the newest call, or to that of a number; it ends the call unless it is an ack or has a mark. */
  reply(text: string, given: Partial<CallReply> & { readonly number?: number } = {}): void {
    const { number = this.entries.length, ...facts } = given
    const reply: CallReply = {
      kind: 'result',
      mark: null,
      text,
      textIsWhole: true,
      isError: false,
      message: null,
      code: null,
      elapsedMs: 1.5,
      byteCount: 24,
      place: null,
      ...facts,
    }
    const ends = reply.mark === null && reply.kind !== 'ack'
    const entry = this.#entry(number)
    this.change(number, {
      replies: [...entry.replies, reply],
      replyCount: entry.replyCount + 1,
      receivedBytes: entry.receivedBytes + reply.byteCount,
      ...(ends
        ? { state: 'answered', ok: !reply.isError, elapsedMs: reply.elapsedMs }
        : reply.kind === 'ack'
          ? { state: 'acknowledged' }
          : {}),
    })
  }

  /** Changes an entry and tells it. */
  change(number: number, change: Partial<CallEntry>): CallEntry {
    const changed = { ...this.#entry(number), ...change }
    this.entries[number - 1] = changed
    if (!openStates.includes(changed.state)) this.#whenOver.get(number)?.(changed)
    this.tell()
    return changed
  }

  /** An entry of its own, such as a call of the peer. */
  add(given: Partial<CallEntry> = {}): CallEntry {
    const entry: CallEntry = {
      number: this.entries.length + 1,
      kind: 'call',
      command: 'add',
      correlation: null,
      batch: null,
      state: 'waiting',
      ok: null,
      requestText: '{}',
      requestIsWhole: true,
      requestPlace: null,
      connection: 1,
      startedAtUnixUs: 1_796_000_000_000_000,
      elapsedMs: 0,
      timeoutMs: null,
      sentBytes: 19,
      receivedBytes: 0,
      replyCount: 0,
      replies: [],
      error: null,
      note: null,
      request: null,
      ...given,
    }
    this.entries.push(entry)
    return entry
  }

  handlers() {
    return {
      'call.state': ({ sessionId }) => {
        this.sessionId = sessionId
        return this.state
      },
      'call.configure': ({ settings }) => {
        this.settings = settings
        this.tell()
        return this.state
      },
      'call.start': ({ requests, isBatch }) => this.#start(requests, isBatch),
      'call.run': async ({ request }) => {
        const [begun] = this.#start([request], false).entries
        if (begun === undefined) throw new WirebenchError('call-not-found', { number: null })
        const entry = openStates.includes(begun.state)
          ? await new Promise<CallEntry>((resolve) => this.#whenOver.set(begun.number, resolve))
          : begun
        return { entry, answerText: entry.replies.at(-1)?.text ?? null }
      },
      'call.preview': ({ request }) => {
        const text = this.#requestText(request, 0)
        return { bytes: new TextEncoder().encode(text), text }
      },
      'call.parameters-as-json': ({ request }) => ({ text: parametersText(request) }),
      'call.cancel': ({ number }) => this.change(number, { state: 'cancelled' }),
      'call.answer': ({ number, answer }) => {
        if (answer.kind === 'result' && !parseJsonDocument(answer.text).ok) throw new WirebenchError('json-malformed')
        this.answers.push({ number, answer })
        return this.change(number, { state: 'answered', ok: true })
      },
      'call.ledger': ({ filter, skip, count }) => {
        this.ledgerLooks += 1
        const matching = this.entries.filter((entry) => passes(entry, filter)).reverse()
        const entries = matching.slice(skip, skip + count)
        return { entries, matchingCount: matching.length, revision: this.#revision }
      },
      'call.get': ({ number }) => this.#entry(number),
      'call.clear': () => {
        this.entries = []
        this.statistics = []
        this.tell()
        return this.state
      },
      'call.statistics': () => this.statistics,
      'call.compare': () => ({ differences: this.differences, isComplete: true }),
      'call.catalogue': () => this.catalogue,
      'call.set-catalogue': ({ catalogue }) => {
        this.setCatalogue(catalogue)
        return this.state
      },
      'call.keep-in-profile': () => {
        this.catalogueIsKept = true
        this.tell()
        return this.state
      },
    } satisfies Partial<CommandHandlers>
  }

  setCatalogue(catalogue: CallCatalogue): void {
    this.catalogue = catalogue
    this.catalogueIsKept = false
    this.#catalogueRevision += 1
    this.tell()
  }

  #start(requests: readonly CallRequest[], isBatch: boolean): { entries: CallEntry[] } {
    if (this.settings === null) throw new WirebenchError('calls-off')
    if (this.refusal !== null) throw WirebenchError.fromShape(this.refusal)
    const texts = requests.map((request, index) => this.#requestText(request, index))
    this.begun.push({ requests, isBatch })
    const first = this.entries.length + 1
    const entries = requests.map((request, index) => {
      const kind = request.kind
      return this.add({
        kind,
        command: request.command,
        state: kind === 'call' ? 'waiting' : 'sent',
        requestText: texts[index] ?? '',
        batch: isBatch ? first : null,
        request: v.parse(callRequest, request),
      })
    })
    this.#learn(requests)
    this.tell()
    return { entries }
  }

  #learn(requests: readonly CallRequest[]): void {
    for (const { command, kind, parameters } of requests) {
      if (command === null || this.catalogue.commands.some(({ name }) => name === command)) continue
      const learnt = parameters.notation === 'form' ? parameters.parameters : []
      const rows = learnt.map((row) => ({ ...row, required: false, notes: '', isIncluded: true }))
      const entry = { name: command, kind, notes: '', parameters: rows, positional: false, isLearnt: true }
      this.catalogue = { commands: [...this.catalogue.commands, entry] }
      this.#catalogueRevision += 1
      this.catalogueIsKept = false
    }
  }

  #requestText(request: CallRequest, index: number): string {
    if (request.command === '') throw new WirebenchError('command-required', { call: index })
    const text = parametersText(request)
    const name = request.command === null ? '' : `"cmd":${JSON.stringify(request.command)}`
    return text === '' || text === '{}' ? `{${name}}` : `{${name}${name && ','}${text.slice(1)}`
  }

  #entry(number: number): CallEntry {
    const entry = this.entries[number - 1]
    if (entry === undefined) throw new WirebenchError('call-not-found', { number })
    return entry
  }
}

/** Why a call has no answer, as an entry tells it. */
export const fakeTimeout = describeError('call-timeout', { timeoutMs: 1000 })

function passes(entry: CallEntry, { command, outcome }: LedgerFilter): boolean {
  if (!(entry.command ?? '').includes(command)) return false
  if (outcome === 'pending') return openStates.includes(entry.state)
  if (outcome === 'ok') return entry.ok === true
  if (outcome === 'error') return entry.ok === false && entry.error === null
  return outcome === 'all' || entry.error !== null
}

/** Enough of the engine's reading for the tests: numbers are checked, pairs are words without spaces in them. */
function parametersText({ parameters }: CallRequest): string {
  if (parameters.notation === 'json') {
    const parsed = parseJsonDocument(parameters.text || '{}')
    if (parsed.ok) return parameters.text || '{}'
    const position = parsed.index + 1
    throw new WirebenchError('call-parameters-malformed', { position, reason: parsed.error.message })
  }
  if (parameters.notation === 'pairs') {
    const words = parameters.text.split(/\s+/).filter(Boolean)
    return `{${words.map(pairText).join(',')}}`
  }
  const members = parameters.parameters.map(({ name, type, value }) => {
    if (type === 'text') return `${JSON.stringify(name)}:${JSON.stringify(value)}`
    if (type === 'null') return `${JSON.stringify(name)}:null`
    if (!parseJsonDocument(value).ok) {
      throw new WirebenchError('call-parameter-malformed', {
        name,
        reason: 'It is no number.',
      })
    }
    return `${JSON.stringify(name)}:${value}`
  })
  return `{${members.join(',')}}`
}

function pairText(word: string): string {
  const [, name = '', value = ''] = /^(.*?):=(.*)$/.exec(word) ?? []
  if (name !== '') return `${JSON.stringify(name)}:${value}`
  const [key = '', ...rest] = word.split('=')
  return `${JSON.stringify(key)}:${JSON.stringify(rest.join('='))}`
}
