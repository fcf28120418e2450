import type { CommandInput, CommandReply } from '../../../src-main/contract/commands.ts'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { SearchHit, SearchState } from '../../../src-main/contract/schemas/search.ts'
import type { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { findPattern } from '../traffic/fake-filter.test-support.ts'

/** Answers searches of a capture in memory, chunk by chunk, as the engine does: nothing is found across chunks. */
export class FakeSearches {
  readonly #capture: FakeCapture
  readonly #queries = new Map<string, CommandInput<'search.start'>>()
  /** Records looked through so far; all when null. */
  looked: number | null = null
  closed: string[] = []
  #stopped = false

  constructor(capture: FakeCapture) {
    this.#capture = capture
    const answer = capture.answers
    answer.set('search.start', (request: CommandInput<'search.start'>) => this.#start(request))
    answer.set('search.hits', ({ searchId, first, count }: CommandInput<'search.hits'>) => ({
      state: this.state(searchId),
      hits: this.#hits(searchId).slice(first, first + count),
    }))
    answer.set('search.nearest', (request: CommandInput<'search.nearest'>) => this.#nearest(request))
    answer.set('search.stop', ({ searchId }: CommandInput<'search.stop'>) => {
      this.#stopped = true
      return this.state(searchId)
    })
    answer.set('search.close', ({ searchId }: CommandInput<'search.close'>) => {
      this.closed.push(searchId)
      return {}
    })
  }

  /** Identifiers of the searches begun so far. */
  get begun(): readonly string[] {
    return [...this.#queries.keys()]
  }

  /** Tells the newest search's state. */
  tell(): void {
    const searchId = this.begun.at(-1)
    if (searchId !== undefined) this.#capture.tell('search.changed', this.state(searchId))
  }

  state(searchId: string): SearchState {
    const total = this.#capture.records.length
    const looked = this.looked ?? total
    const hitCount = this.#hits(searchId).length
    return {
      searchId,
      captureId: this.#capture.captureId,
      hitCount,
      keptHitCount: hitCount,
      scannedBytes: looked * 100,
      totalBytes: total * 100,
      complete: looked >= total && !this.#stopped,
      stopped: this.#stopped,
      error: null,
    }
  }

  #start(request: CommandInput<'search.start'>): CommandReply<'search.start'> {
    if (request.pattern.kind === 'expression' && request.pattern.source.includes('(')) {
      throw new WirebenchError('pattern-malformed', { position: 4, reason: 'A group is not closed.' })
    }
    const searchId = `search-${this.#queries.size + 1}`
    this.#stopped = false
    this.#queries.set(searchId, request)
    return this.state(searchId)
  }

  #hits(searchId: string): SearchHit[] {
    const query = this.#queries.get(searchId)
    if (query === undefined) throw new WirebenchError('search-not-found')
    const hits: SearchHit[] = []
    for (const [record, source] of this.#capture.records.slice(0, this.looked ?? undefined).entries()) {
      const { direction, bytes, connection, streamOffset } = source
      if (direction === null || (query.scope?.direction ?? direction) !== direction) continue
      for (const { at, length } of findPattern(bytes, query.pattern)) {
        hits.push({
          number: hits.length,
          record,
          offsetInRecord: at,
          timeNs: record * 1_000_000,
          connection,
          direction,
          streamOffset: streamOffset + at,
          length,
          before: bytes.slice(Math.max(0, at - 24), at),
          found: bytes.slice(at, at + length),
          after: bytes.slice(at + length, at + length + 24),
        })
      }
    }
    return hits
  }

  #nearest(request: CommandInput<'search.nearest'>): CommandReply<'search.nearest'> {
    const { record, offsetInRecord, towards } = request
    const hits = this.#hits(request.searchId)
    const compare = (hit: SearchHit): number => hit.record - record || hit.offsetInRecord - offsetInRecord
    const beyond = towards === 'next' ? hits.find((hit) => compare(hit) > 0) : hits.findLast((hit) => compare(hit) < 0)
    const around = towards === 'next' ? hits[0] : hits.at(-1)
    return { hit: beyond ?? around ?? null, wrapped: beyond === undefined && around !== undefined }
  }
}
