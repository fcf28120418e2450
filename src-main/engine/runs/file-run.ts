import { describeError, toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { RunPlan, RunSnapshot } from '../../contract/schemas/sequence.ts'
import { planChunks, type ChunkPlan } from '../../protocol/sending/chunk-plan.ts'
import { ProgressMeter } from '../../protocol/sending/progress-meter.ts'
import type { SourceFile } from '../ports.ts'
import type { Session } from '../sessions/session.ts'
import { FileFeed, type FeedPiece } from './file-feed.ts'
import { Run, type RunTools } from './run.ts'

export type FilePlan = Extract<RunPlan, { kind: 'file' }>

/**
 * Streams a file. It is done when the system has taken everything; a peer that takes nothing and a person who halts it both
 * shift the plan. Owns the file from the beginning on.
 */
export class FileRun extends Run {
  readonly #plan: FilePlan
  readonly #chunks: ChunkPlan
  readonly #file: SourceFile
  readonly #feed: FileFeed
  readonly #meter: ProgressMeter
  #state: RunSnapshot['state'] = 'running'
  #error: ErrorShape | null = null
  #isReading = false
  #piece: FeedPiece | null = null
  /** As it was when the run ended. */
  #final: RunSnapshot['file'] = null

  /** Error: `rate-malformed`. */
  constructor(session: Session, title: string, plan: FilePlan, file: SourceFile, tools: RunTools) {
    super(session, title, tools)
    this.#plan = plan
    this.#chunks = checkedChunks(plan)
    this.#file = file
    this.#feed = new FileFeed(plan.path, file, plan.unit, this.#chunks, this.nowMs)
    this.#meter = new ProgressMeter(this.nowMs)
  }

  stop(): void {
    this.#end('stopped', null)
  }

  /** Halts sending; does nothing unless it runs. */
  pause(): void {
    if (this.#state !== 'running') return
    this.#state = 'paused'
    this.forgetTimer()
    this.tools.onChanged(this)
  }

  /** Goes on from now, without making up for the halt. Does nothing unless it is halted. */
  resume(): void {
    if (this.#state !== 'paused') return
    this.#state = 'running'
    this.#meter.restart(this.#feed.sentBytes, this.nowMs)
    this.#goOn()
    this.tools.onChanged(this)
  }

  protected begin(): void {
    this.#sendOn()
  }

  protected fail(error: ErrorShape): void {
    this.#end('failed', error)
  }

  protected received(): void {
    // What the peer answers is in the capture.
  }

  /** It may still read, unless this side then sends nothing any more. */
  protected peerEnded(): void {
    if (this.session.snapshot().settings.sendsAfterPeerEnd) return
    const progress = `${this.#feed.sentBytes} of ${this.#file.sizeBytes} bytes were handed over.`
    this.fail(describeError('closed-early', { progress }))
  }

  protected facts() {
    return {
      kind: 'file' as const,
      state: this.#state,
      sentCount: this.#feed.sentChunks,
      plannedCount: null,
      round: 0,
      step: 0,
      stepCount: 1,
      lateness: null,
      results: [],
      captured: {},
      file: this.#final ?? this.#progress(),
      echo: null,
      error: this.#error,
    }
  }

  /** After a halt, by whomever. */
  #goOn(): void {
    this.#feed.goOnAt(this.nowMs)
    this.#sendOn()
  }

  /** Sends until something must be waited for, which then calls it again. */
  #sendOn(): void {
    while (this.#state === 'running') {
      const piece = this.#piece
      if (piece === null) {
        this.#read()
        return
      }
      const restMs = piece.dueMs - this.nowMs
      if (restMs > 0) {
        this.wakeAfter(restMs, () => this.#sendOn())
        return
      }
      if (this.holdsBack(() => this.#goOn())) return
      this.#piece = null
      this.session.send(piece.bytes)
      this.#feed.sent()
      this.#meter.add(this.#feed.sentBytes, this.nowMs)
      this.tools.onChanged(this)
      if (this.turnIsOver()) {
        this.wakeAfter(0, () => this.#sendOn())
        return
      }
    }
  }

  #read(): void {
    if (this.#isReading) return
    this.#isReading = true
    this.#feed.next().then(
      (piece) => {
        this.#isReading = false
        this.#piece = piece
        if (this.isOver) return
        if (piece !== null) this.guarded(() => this.#sendOn())
        else this.guarded(() => this.whenAllIsTaken(() => this.#finished()))
      },
      (thrown: unknown) => this.fail(toErrorShape(thrown)),
    )
  }

  #finished(): void {
    this.#end('done', null)
    if (this.#plan.closesWhenFinished) this.session.disconnect()
  }

  #end(state: RunSnapshot['state'], error: ErrorShape | null): void {
    if (this.isOver) return
    this.#state = state
    this.#error = error
    this.#final = this.#progress()
    this.finish()
    this.#file.close().catch(() => {
      // It was only read: there is nothing to lose.
    })
  }

  #progress(): RunSnapshot['file'] {
    const { sentBytes, sentLines, sentChunks } = this.#feed
    const { sizeBytes } = this.#file
    const bytesPerSecond = this.#meter.bytesPerSecond(sentBytes, this.nowMs)
    const timeLeftMs = this.#timeLeftMs(sizeBytes - sentBytes, bytesPerSecond)
    return { path: this.#plan.path, sizeBytes, sentBytes, sentLines, sentChunks, bytesPerSecond, timeLeftMs }
  }

  /** By the plan, or by how fast it went where that is slower. */
  #timeLeftMs(restBytes: number, bytesPerSecond: number | null): number | null {
    if (this.#state === 'done') return 0
    if (this.#state !== 'running') return null
    const { rate } = this.#chunks
    const plannedMs = rate === null || this.#plan.unit === 'lines' ? null : (restBytes / rate) * 1000
    if (bytesPerSecond === null || bytesPerSecond === 0) return plannedMs
    return Math.max(plannedMs ?? 0, (restBytes / bytesPerSecond) * 1000)
  }
}

/** Error: `rate-malformed`. */
export function checkedChunks(plan: FilePlan): ChunkPlan {
  const planned = planChunks(plan)
  if (planned.ok) return planned.plan
  throw WirebenchError.fromShape(planned.error)
}
