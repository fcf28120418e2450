import type { CommandInput, CommandName, CommandReply } from '../../../src-main/contract/commands.ts'
import type { Link } from '../../../src-main/contract/connect.ts'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { CaptureRow, CaptureViewName } from '../../../src-main/contract/schemas/capture.ts'

/** A link to a capture with any number of records of 16 bytes, made up as they are asked for. */
export class HugeCapture implements Link {
  readonly captureId = 'huge'
  readonly gone = false
  readonly #recordCount: number

  constructor(recordCount: number) {
    this.#recordCount = recordCount
  }

  async call<N extends CommandName>(name: N, request: CommandInput<N>): Promise<CommandReply<N>> {
    await Promise.resolve()
    return this.#answer(name, request) as CommandReply<N>
  }

  #answer(name: CommandName, request: unknown): unknown {
    if (name === 'capture.window') return this.#window(request as CommandInput<'capture.window'>)
    if (name === 'capture.locate') return this.#locate(request as CommandInput<'capture.locate'>)
    if (name === 'capture.read') return this.#read(request as CommandInput<'capture.read'>)
    if (name === 'capture.list') return []
    if (name === 'capture.open') return { totals: this.#totals }
    throw new WirebenchError('unknown-command', { command: name })
  }

  subscribe(): () => void {
    return () => undefined
  }

  onGone(): () => void {
    return () => undefined
  }

  close(): void {
    // Nothing is open.
  }

  get #totals() {
    const receivedBytes = this.#recordCount * 16
    return { recordCount: this.#recordCount, sentBytes: 0, receivedBytes, lastTimeNs: (this.#recordCount - 1) * 1000 }
  }

  #window({ view, firstRow, rowCount }: CommandInput<'capture.window'>): CommandReply<'capture.window'> {
    const totalRows = this.#recordCount
    const first = firstRow === 'end' ? Math.max(0, totalRows - rowCount) : firstRow
    const count = Math.max(0, Math.min(rowCount, totalRows - first))
    const rows = Array.from({ length: count }, (_, index) => rowOf(first + index, view))
    return { view, firstRow: first, rows, totalRows, complete: true }
  }

  #read({ record }: CommandInput<'capture.read'>): CommandReply<'capture.read'> {
    return { row: rowOf(record, 'records'), bytes: new Uint8Array(0) }
  }

  #locate({ place }: CommandInput<'capture.locate'>): CommandReply<'capture.locate'> {
    const row =
      place.kind === 'time'
        ? Math.ceil(place.timeNs / 1000)
        : place.kind === 'byte' && place.direction === 'received'
          ? Math.floor(place.streamOffset / 16)
          : null
    const isThere = row !== null && row < this.#recordCount
    return { row: isThere ? row : null, totalRows: this.#recordCount, complete: true }
  }
}

function rowOf(record: number, view: CaptureViewName): CaptureRow {
  const base = {
    record,
    connection: 1,
    timeNs: record * 1000,
    direction: 'received',
    streamOffset: record * 16,
  } as const
  const bytes = new TextEncoder().encode(`row ${record}\n`.padStart(16))
  return view === 'records'
    ? { kind: 'data', ...base, length: 16, preview: bytes }
    : { kind: 'bytes', ...base, offsetInRecord: 0, bytes, chunkLength: 16, continues: false }
}
