/**
 * Runs the scripts of a server in a thread of its own, which is made with the first of them: whatever a script does, it holds
 * up no connection. One runs at a time, the others wait in order. The sandbox stops a script at its limits; when even that
 * does not answer, the thread is ended, and `state` with it. The next script gets a new one.
 */
import { Worker } from 'node:worker_threads'
import { describeError, toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { ScriptLimits } from '../../contract/schemas/command-table.ts'
import type { Clock } from '../../engine/ports.ts'
import { errorOutcome } from '../../protocol/command-server/command-outcome.ts'
import type { ScriptReply, ScriptRequest, ScriptThreadData, ScriptThreadMessage } from './script-messages.ts'
import type { ScriptCall, ScriptResult, ScriptRunner } from './script-runner.ts'
import { scriptText as textForScript, valueOfScript } from './script-values.ts'

export interface ScriptThreadOptions {
  /** The sandbox has so much longer than the script to say that its time is over; default 1 s. */
  readonly graceMs?: number
}

const defaultGraceMs = 1000
/** Memory of the thread besides that of scripts, which its own limit holds. */
const maximumThreadMebibytes = 256
/** For reading a script without running it. */
const checkLimits: ScriptLimits = { timeMs: 1000, memoryBytes: 16 * 1024 * 1024 }

/** Deeper than 512 levels, or the script has changed how the sandbox writes. */
const unreadableResult = 'What the script returned cannot be read. It may be nested too deeply.'

interface Waiting {
  readonly request: ScriptRequest
  readonly limits: ScriptLimits
  readonly resolve: (reply: ScriptReply) => void
  readonly reject: (error: WirebenchError) => void
}

export class ScriptThread implements ScriptRunner {
  readonly #clock: Clock
  readonly #graceMs: number
  readonly #waiting: Waiting[] = []
  #running: Waiting | null = null
  #thread: Worker | null = null
  /** Of the sandbox in the thread. */
  #memoryBytes = 0
  #isReady = false
  #isStarting = false
  #cancelStop: (() => void) | null = null
  #isClosed = false

  constructor(clock: Clock, { graceMs = defaultGraceMs }: ScriptThreadOptions = {}) {
    this.#clock = clock
    this.#graceMs = graceMs
  }

  async run({ source, parameters, count }: ScriptCall, limits: ScriptLimits): Promise<ScriptResult> {
    const parametersText = textForScript(parameters)
    try {
      const request = { kind: 'run', source, parametersText, count, timeMs: limits.timeMs } as const
      return resultOf(await this.#ask(request, limits), limits)
    } catch (thrown) {
      return failed(toErrorShape(thrown))
    }
  }

  async check(source: string): Promise<ErrorShape | null> {
    return resultOf(await this.#ask({ kind: 'check', source }, checkLimits), checkLimits).error
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const unfinished = this.#running === null ? [] : [this.#running]
    this.#running = null
    for (const { reject } of [...unfinished, ...this.#waiting.splice(0)]) reject(new WirebenchError('cancelled'))
    await this.#endThread()
  }

  /** Errors: `cancelled` when closed meanwhile; `internal` when the thread itself fails. */
  #ask(request: ScriptRequest, limits: ScriptLimits): Promise<ScriptReply> {
    if (this.#isClosed) return Promise.reject(new WirebenchError('cancelled'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, limits, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    if (this.#running !== null || this.#isClosed) return
    this.#running = this.#waiting.shift() ?? null
    if (this.#running === null) return
    const { request, limits } = this.#running
    // The memory of a sandbox cannot be changed: another limit means another sandbox.
    if (request.kind === 'run' && limits.memoryBytes !== this.#memoryBytes) void this.#endThread()
    if (this.#thread !== null) this.#post()
    else if (!this.#isStarting) void this.#startThread()
  }

  async #startThread(): Promise<void> {
    this.#isStarting = true
    try {
      const { scriptText } = await import('./script-worker.ts?script-text')
      if (this.#isClosed) return
      this.#memoryBytes = (this.#running?.limits ?? checkLimits).memoryBytes
      this.#thread = this.#makeThread(scriptText, { memoryBytes: this.#memoryBytes })
    } catch (thrown) {
      this.#reject(thrown)
    } finally {
      this.#isStarting = false
    }
  }

  #makeThread(scriptText: string, workerData: ScriptThreadData): Worker {
    const thread = new Worker(scriptText, {
      eval: true,
      env: {},
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: maximumThreadMebibytes },
    })
    this.#isReady = false
    thread.on('message', (message: ScriptThreadMessage) => {
      if (thread !== this.#thread) return
      if (message.kind === 'answered') this.#answered(message.reply)
      else {
        this.#isReady = true
        this.#post()
      }
    })
    thread.on('error', (error) => {
      if (thread !== this.#thread) return
      this.#thread = null
      this.#reject(error)
    })
    thread.on('exit', () => {
      if (thread !== this.#thread) return
      this.#thread = null
      this.#reject(new Error('The thread of scripts ended.'))
    })
    return thread
  }

  /** Hands the request to the thread; its time counts from here. */
  #post(): void {
    if (this.#running === null || !this.#isReady) return
    const { request, limits } = this.#running
    this.#thread?.ref()
    this.#thread?.postMessage(request)
    this.#cancelStop = this.#clock.wakeAfter(limits.timeMs + this.#graceMs, () => {
      void this.#endThread()
      this.#settle({ kind: 'timeout' })
    })
  }

  #answered(reply: ScriptReply): void {
    if (reply.kind === 'memory' || reply.kind === 'broken') void this.#endThread()
    this.#settle(reply)
  }

  #settle(reply: ScriptReply): void {
    this.#takeRunning()?.resolve(reply)
    this.#next()
  }

  #reject(thrown: unknown): void {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    this.#takeRunning()?.reject(new WirebenchError('internal', { reason }, { cause: thrown }))
    this.#next()
  }

  #takeRunning(): Waiting | null {
    this.#cancelStop?.()
    this.#cancelStop = null
    // An idle thread keeps no program alive.
    this.#thread?.unref()
    const running = this.#running
    this.#running = null
    return running
  }

  async #endThread(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    this.#cancelStop?.()
    this.#cancelStop = null
    await thread?.terminate()
  }
}

function resultOf(reply: ScriptReply, { timeMs, memoryBytes }: ScriptLimits): ScriptResult {
  switch (reply.kind) {
    case 'returned': {
      if (reply.valueText === null) return { outcome: { kind: 'nothing' }, error: null }
      const value = valueOfScript(reply.valueText)
      if (value === null) return { outcome: errorOutcome(unreadableResult), error: null }
      return { outcome: { kind: 'result', value, isRaw: false }, error: null }
    }
    case 'failed': {
      const extra = reply.extraText === null ? null : valueOfScript(reply.extraText)
      const object = extra?.kind === 'object' ? extra : null
      return { outcome: errorOutcome(reply.message, null, object), error: null }
    }
    case 'malformed':
      return failed(describeError('script-malformed', { line: reply.line, reason: reply.reason }))
    case 'timeout':
      return failed(describeError('script-timeout', { timeMs }))
    case 'memory':
      return failed(describeError('script-memory', { memoryBytes }))
    case 'broken':
      return failed(describeError('internal', { reason: reply.reason }))
    case 'readable':
      return { outcome: { kind: 'nothing' }, error: null }
  }
}

function failed(error: ErrorShape): ScriptResult {
  return { outcome: errorOutcome(error.message), error }
}
