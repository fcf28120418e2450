/**
 * Checks documents in a thread of their own: a schema's patterns may take for ever, which must not hold up the
 * connections. A check that takes too long or too much memory is ended together with its thread; the next one gets a new
 * thread.
 */
import { Worker } from 'node:worker_threads'
import { WirebenchError } from '../../contract/errors.ts'
import type { JsonCheckReply, JsonCheckRequest, JsonProblem } from '../../contract/schemas/json-check.ts'

export interface JsonCheckerOptions {
  /** Longest time for one check, once its thread runs; default 2 s. */
  readonly timeLimitMs?: number
}

const defaultTimeLimitMs = 2000
const maximumSchemaBytes = 1024 * 1024
const maximumDocumentBytes = 16 * 1024 * 1024
const maximumWaitingChecks = 16
/** Memory of the thread; a document of 16 MiB takes some hundred. */
const maximumThreadMebibytes = 1024

type ThreadMessage = { readonly kind: 'ready' } | { readonly kind: 'checked'; readonly reply: JsonCheckReply }

interface Waiting {
  readonly request: JsonCheckRequest
  readonly resolve: (reply: JsonCheckReply) => void
  readonly reject: (error: WirebenchError) => void
}

/** One check at a time, the others wait in order. The thread starts with the first check and ends with `close`. */
export class JsonChecker {
  readonly #timeLimitMs: number
  readonly #waiting: Waiting[] = []
  #running: Waiting | null = null
  #thread: Worker | null = null
  #isReady = false
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor({ timeLimitMs = defaultTimeLimitMs }: JsonCheckerOptions = {}) {
    this.#timeLimitMs = timeLimitMs
  }

  /** Errors: `too-many-requests`; `cancelled` when closed meanwhile; `internal` when the thread itself fails. */
  async check(request: JsonCheckRequest): Promise<JsonCheckReply> {
    const tooLarge = sizeProblem(request)
    if (tooLarge !== null) return { problems: [tooLarge], complete: false }
    if (this.#closed) throw new WirebenchError('cancelled')
    if (this.#waiting.length >= maximumWaitingChecks) {
      throw new WirebenchError('too-many-requests', { limit: maximumWaitingChecks, what: 'checks' })
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject })
      void this.#next()
    })
  }

  /** Ends the thread; what waits is rejected. */
  async close(): Promise<void> {
    this.#closed = true
    const unfinished = this.#running === null ? this.#waiting : [this.#running, ...this.#waiting]
    for (const { reject } of unfinished.splice(0)) reject(new WirebenchError('cancelled'))
    this.#waiting.length = 0
    this.#running = null
    await this.#endThread()
  }

  async #next(): Promise<void> {
    if (this.#running !== null || this.#closed) return
    this.#running = this.#waiting.shift() ?? null
    if (this.#running === null) return
    if (this.#thread !== null) {
      this.#post()
      return
    }
    try {
      await this.#startThread()
    } catch (thrown) {
      this.#reject(thrown)
    }
  }

  async #startThread(): Promise<void> {
    const { scriptText } = await import('./json-check-worker.ts?script-text')
    if (this.#closed) return
    const thread = new Worker(scriptText, {
      eval: true,
      resourceLimits: { maxOldGenerationSizeMb: maximumThreadMebibytes },
    })
    this.#thread = thread
    this.#isReady = false
    thread.on('message', (message: ThreadMessage) => {
      if (thread !== this.#thread) return
      if (message.kind === 'checked') this.#finish(message.reply)
      else {
        this.#isReady = true
        this.#post()
      }
    })
    thread.on('error', (error: Error & { readonly code?: string }) => {
      if (thread !== this.#thread) return
      this.#thread = null
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') this.#finish(unfinished('It takes too much memory'))
      else this.#reject(error)
    })
    thread.on('exit', () => {
      if (thread !== this.#thread) return
      this.#thread = null
      this.#reject(new Error('The checking thread ended.'))
    })
  }

  /** Hands the running check to the thread; its time counts from here. */
  #post(): void {
    if (this.#running === null || !this.#isReady) return
    this.#thread?.ref()
    this.#thread?.postMessage(this.#running.request)
    this.#timer = setTimeout(() => {
      void this.#endThread()
      this.#finish(unfinished(`It takes more than ${this.#timeLimitMs} ms`))
    }, this.#timeLimitMs)
  }

  #finish(reply: JsonCheckReply): void {
    const finished = this.#takeRunning()
    finished?.resolve(reply)
    void this.#next()
  }

  #reject(thrown: unknown): void {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    this.#takeRunning()?.reject(new WirebenchError('internal', { reason }, { cause: thrown }))
    void this.#next()
  }

  #takeRunning(): Waiting | null {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    // An idle thread keeps no program alive.
    this.#thread?.unref()
    const running = this.#running
    this.#running = null
    return running
  }

  async #endThread(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await thread?.terminate()
  }
}

function sizeProblem({ schemaText, jsonText }: JsonCheckRequest): JsonProblem | null {
  const schemaBytes = Buffer.byteLength(schemaText)
  if (schemaBytes > maximumSchemaBytes) {
    return unchecked('schema', `The schema has ${schemaBytes} bytes; at most ${maximumSchemaBytes} can be used.`)
  }
  const documentBytes = Buffer.byteLength(jsonText)
  if (documentBytes <= maximumDocumentBytes) return null
  return unchecked(
    'document',
    `The document has ${documentBytes} bytes; at most ${maximumDocumentBytes} can be checked.`,
  )
}

function unfinished(what: string): JsonCheckReply {
  const message = `The check was ended before it was finished. ${what}: the document may be too large, or a pattern of the schema too costly.`
  return { problems: [unchecked('schema', message)], complete: false }
}

function unchecked(kind: JsonProblem['kind'], message: string): JsonProblem {
  return { kind, path: '$', message, index: null }
}
