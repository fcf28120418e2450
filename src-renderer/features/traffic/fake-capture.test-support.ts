import * as v from 'valibot'
import type { CommandInput, CommandName, CommandReply } from '../../../src-main/contract/commands.ts'
import type { Link } from '../../../src-main/contract/connect.ts'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { EventName, EventPayload } from '../../../src-main/contract/events.ts'
import type {
  BytesRow,
  CaptureLocateRequest,
  CaptureRow,
  CaptureTotals,
  CaptureSummary,
  CaptureWindowRequest,
  DataRow,
  LatestMessages,
} from '../../../src-main/contract/schemas/capture.ts'
import type { ConnectionEvent } from '../../../src-main/contract/schemas/connection.ts'
import { interpretation, type Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import type { StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import { locateIn, passes } from './fake-filter.test-support.ts'
import { bytesFrom, cutMessages, type FakeRecord } from './fake-messages.test-support.ts'

/** What a window and a place asked for have in common. */
type LooseRows = Pick<CaptureLocateRequest, 'view' | 'framing' | 'filter'> & { readonly previewBytes?: number }

type Answer = (request: never) => unknown

/** A link to one capture held in memory, answering as the engine does; other commands as the test says. */
export class FakeCapture implements Link {
  readonly captureId = 'capture-1'
  readonly calls: { readonly name: string; readonly request: unknown }[] = []
  /** False while the rows of a view are still being counted. */
  complete = true
  readonly answers = new Map<CommandName, Answer>()
  readonly gone = false
  interpretation: Interpretation = v.parse(interpretation, {})
  structures: readonly StructureEntry[] = []
  /** What `capture.latest` answers. */
  latest: LatestMessages = {
    latest: [],
    otherCount: 0,
    messageCount: 0,
    complete: true,
    messageRate: { sent: null, received: null },
  }
  readonly #records: FakeRecord[] = []
  readonly #listeners = new Map<string, Set<(payload: never) => void>>()

  data(direction: 'sent' | 'received', bytes: Uint8Array | string, connection = 1): this {
    const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
    const before = this.#records.filter((record) => record.direction === direction)
    const streamOffset = before.reduce((sum, record) => sum + record.bytes.length, 0)
    this.#records.push({ direction, connection, bytes: content, event: null, streamOffset })
    return this
  }

  /** What was recorded. */
  get records(): readonly FakeRecord[] {
    return this.#records
  }

  event(event: ConnectionEvent): this {
    this.#records.push({ direction: null, connection: 1, bytes: new Uint8Array(0), event, streamOffset: 0 })
    return this
  }

  get totals(): CaptureTotals {
    const bytesOf = (direction: string): number =>
      this.#records.reduce((sum, record) => sum + (record.direction === direction ? record.bytes.length : 0), 0)
    return {
      recordCount: this.#records.length,
      streamRowCount: this.#records.reduce((sum, { bytes }) => sum + Math.ceil(bytes.length / 16), 0),
      sentBytes: bytesOf('sent'),
      receivedBytes: bytesOf('received'),
      fileBytes: 0,
      lastTimeNs: this.#records.length * 1_000_000,
    }
  }

  get summary(): CaptureSummary {
    return {
      captureId: this.captureId,
      name: 'Fake',
      startedAtUnixUs: 0,
      live: true,
      totals: this.totals,
      recovery: {
        unclean: false,
        indexRebuilt: false,
        indexReason: null,
        tailBytesIgnored: 0,
        damagedBytes: 0,
        losses: [],
      },
      problem: null,
      interpretation: this.interpretation,
      notes: '',
      tags: [],
      origin: { kind: 'recorded' },
    }
  }

  /** Tells that the capture has what was added meanwhile. */
  grow(): void {
    this.tell('capture.grew', { captureId: this.captureId, totals: this.totals })
  }

  tell<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload as never)
  }

  async call<N extends CommandName>(name: N, request: CommandInput<N>): Promise<CommandReply<N>> {
    this.calls.push({ name, request })
    await Promise.resolve()
    const answer = this.answers.get(name)
    if (answer !== undefined) return (await answer(request as never)) as CommandReply<N>
    return this.#answer(name, request) as CommandReply<N>
  }

  #answer(name: CommandName, request: unknown): unknown {
    if (name === 'capture.window') return this.#window(request as CaptureWindowRequest)
    if (name === 'capture.locate') return this.#locate(request as CaptureLocateRequest)
    if (name === 'capture.read') return this.#read(request as CommandInput<'capture.read'>)
    if (name === 'capture.read-stream') return this.#readStream(request as CommandInput<'capture.read-stream'>)
    if (name === 'capture.list') return [this.summary]
    if (name === 'capture.open') return this.summary
    if (name === 'capture.interpret') {
      this.interpretation = v.parse(interpretation, (request as CommandInput<'capture.interpret'>).interpretation)
      this.tell('capture.list-changed', [this.summary])
      return this.summary
    }
    if (name === 'capture.latest') return this.latest
    if (name === 'structure.library') return { entries: this.structures, folders: [], problems: [] }
    throw new WirebenchError('unknown-command', { command: name })
  }

  subscribe<N extends EventName>(
    name: N,
    _topic: string | null,
    listener: (payload: EventPayload<N>) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  onGone(): () => void {
    return () => undefined
  }

  close(): void {
    this.#listeners.clear()
  }

  #window(request: CaptureWindowRequest): CommandReply<'capture.window'> {
    const { rows, hiddenRows } = this.#shown(request)
    const firstRow = request.firstRow === 'end' ? Math.max(0, rows.length - request.rowCount) : request.firstRow
    const shown = rows.slice(firstRow, firstRow + request.rowCount)
    const { complete } = this
    return {
      view: request.view,
      firstRow,
      rows: shown,
      totalRows: rows.length,
      complete,
      ...(request.filter === undefined ? {} : { hiddenRows }),
      ...(complete ? {} : { progress: { scannedBytes: 37, totalBytes: 100 } }),
    }
  }

  #shown(request: LooseRows): { readonly rows: readonly CaptureRow[]; readonly hiddenRows: number } {
    const { view, filter, previewBytes = 256 } = request
    const all =
      view === 'messages'
        ? cutMessages(this.#records, this.interpretation, { ...request, previewBytes })
        : this.#rows(view, previewBytes)
    if (filter === undefined) return { rows: all, hiddenRows: 0 }
    const rows = all.filter((row) => passes(row, this.#bytesOf(row), filter))
    return { rows, hiddenRows: all.length - rows.length }
  }

  #bytesOf(row: CaptureRow): Uint8Array {
    if (row.kind !== 'message') return this.#records[row.record]?.bytes ?? new Uint8Array(0)
    return bytesFrom(this.#records, row.direction, row.connection, row.streamOffset).subarray(0, row.length)
  }

  #locate(request: CaptureLocateRequest): CommandReply<'capture.locate'> {
    const { rows } = this.#shown(request)
    return { row: locateIn(rows, request.place), totalRows: rows.length, complete: this.complete }
  }

  #read({ record, offset = 0, length }: CommandInput<'capture.read'>): CommandReply<'capture.read'> {
    const row = this.#rows('records')[record]
    const source = this.#records[record]
    if (row === undefined || source === undefined) throw new WirebenchError('window-out-of-range')
    return { row, bytes: source.bytes.slice(offset, offset + length) }
  }

  #readStream(request: CommandInput<'capture.read-stream'>): CommandReply<'capture.read-stream'> {
    const { direction, connection = null, streamOffset, skipBytes = 0, length } = request
    return { bytes: bytesFrom(this.#records, direction, connection, streamOffset).slice(skipBytes, skipBytes + length) }
  }

  #rows(view: 'records' | 'stream' | 'text', previewBytes = 256): CaptureRow[] {
    return this.#records.flatMap((source, record): CaptureRow[] => {
      const base = { record, connection: source.connection, timeNs: record * 1_000_000 }
      if (source.event !== null) return view === 'records' ? [{ kind: 'event', ...base, event: source.event }] : []
      if (source.direction === null) return []
      const { direction, streamOffset } = source
      const preview = source.bytes.slice(0, previewBytes)
      const data: DataRow = { kind: 'data', ...base, direction, length: source.bytes.length, streamOffset, preview }
      return view === 'records' ? [data] : bytesRows(data, source.bytes, view)
    })
  }
}

function bytesRows(data: DataRow, bytes: Uint8Array, view: 'stream' | 'text'): BytesRow[] {
  const rows: BytesRow[] = []
  let offset = 0
  while (offset < bytes.length) {
    // Only text is searched for line ends: per row of a long chunk without any it would take very long.
    const lineEnd = view === 'text' ? bytes.indexOf(0x0a, offset) : -1
    const end = view === 'stream' ? offset + 16 : lineEnd < 0 ? bytes.length : lineEnd + 1
    rows.push({
      kind: 'bytes',
      record: data.record,
      connection: data.connection,
      timeNs: data.timeNs,
      direction: data.direction,
      offsetInRecord: offset,
      streamOffset: data.streamOffset + offset,
      bytes: bytes.slice(offset, end),
      chunkLength: offset === 0 ? bytes.length : null,
      continues: view === 'text' && lineEnd < 0,
    })
    offset = end
  }
  return rows
}
