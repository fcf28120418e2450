import type { ExportOptions } from '../../contract/schemas/capture-transfer.ts'
import { fileHeaderBytes } from '../file-header.ts'
import { MessageScanner, type FoundRow, type FramingPair } from '../message-scanner.ts'
import { RecordFeeder } from '../record-feeder.ts'
import { walkRecords } from '../record-walker.ts'
import type { StreamRange } from '../stream-reader.ts'
import type { ExportEncoder } from './export-encoder.ts'
import { ExportLosses } from './export-losses.ts'
import { ExportOutput, type ExportSink } from './export-output.ts'
import { ExportScope } from './export-scope.ts'
import type { ExportSource } from './export-source.ts'
import { HexdumpEncoder } from './hexdump-encoder.ts'
import { JsonlEncoder } from './jsonl-encoder.ts'
import { CsvMessages, HexdumpMessages, JsonlMessages, type MessageEncoder } from './message-encoder.ts'
import { MessageExport } from './message-export.ts'
import { PcapngEncoder } from './pcapng-encoder.ts'
import { RawEncoder } from './raw-encoder.ts'
import { RecordExport } from './record-export.ts'
import { WireLogEncoder } from './wire-log-encoder.ts'

/** What a pcapng file says of the program that wrote it, and of the kind of machine. */
export interface ProgramFacts {
  readonly program: string
  readonly system: string
  readonly hardware: string
}

export interface ExportWork {
  readonly source: ExportSource
  readonly options: ExportOptions
  readonly facts: ProgramFacts
  readonly sink: ExportSink
  /** Bytes of one direction of the capture: for messages that do not stand in one piece. */
  readonly readStream: (range: StreamRange) => Promise<Uint8Array>
  /** Aborted: the export ends with the signal's reason. */
  readonly signal: AbortSignal
  /** How far it is in the data file. */
  readonly progress: (doneBytes: number, totalBytes: number) => void
}

export interface ExportOutcome {
  readonly byteCount: number
  /** Sentences on what was left out, made up or lost. */
  readonly notes: readonly string[]
  /** Nothing of the scope was lost. */
  readonly isWhole: boolean
}

const recordBlockBytes = 1024 * 1024
/** Small: every byte of it may be a message. */
const messageBlockBytes = 64 * 1024
const uncut: FramingPair = { sent: { kind: 'raw' }, received: { kind: 'raw' } }

/** Writes a capture in another format. Memory stays flat. Throws what reading, the sink or the signal throw. */
export async function exportCapture(work: ExportWork): Promise<ExportOutcome> {
  const output = new ExportOutput(work.sink)
  try {
    const outcome = await exportInto(output, work)
    await output.end()
    work.progress(work.source.endOffset, work.source.endOffset)
    return { ...outcome, byteCount: output.byteCount }
  } finally {
    await output.settle()
  }
}

function exportInto(output: ExportOutput, work: ExportWork): Promise<Omit<ExportOutcome, 'byteCount'>> {
  const { format, framing } = work.options
  if (format === 'wirebench') return copyDataFile(output, work)
  if (format === 'csv') return exportMessages(output, work, framing ?? uncut)
  const isCut = framing !== null && (format === 'jsonl' || format === 'hexdump')
  return isCut ? exportMessages(output, work, framing) : exportRecords(output, work)
}

async function copyDataFile(output: ExportOutput, work: ExportWork): Promise<Omit<ExportOutcome, 'byteCount'>> {
  const { file, endOffset } = work.source
  for (let at = 0; at < endOffset;) {
    await lookUp(output, work, at)
    output.reserve(Math.min(recordBlockBytes, endOffset - at))
    const room = output.memory.bytes.subarray(output.at, output.at + Math.min(recordBlockBytes, endOffset - at))
    const count = await file.read(room, at)
    if (count === 0) break
    output.at += count
    at += count
  }
  return { notes: [], isWhole: true }
}

/** Between two reads: ends when it was cancelled, tells how far it is, and lets the sink take what there is. */
async function lookUp(output: ExportOutput, { signal, progress, source }: ExportWork, at: number): Promise<void> {
  signal.throwIfAborted()
  progress(at, source.endOffset)
  await output.drain()
}

async function exportRecords(output: ExportOutput, work: ExportWork): Promise<Omit<ExportOutcome, 'byteCount'>> {
  const { source, options } = work
  const losses = new ExportLosses()
  const notes: string[] = []
  const encoder = await recordEncoder(output, work, notes)
  const scope = new ExportScope(withDirection(options))
  encoder.begin()
  const visitor = new RecordExport(encoder, scope, losses, (at) => lookUp(output, work, at))
  await walk(work, visitor, recordBlockBytes, losses)
  encoder.end()
  return { notes: [...notes, ...encoder.notes, ...losses.notes()], isWhole: losses.isWhole || source.isWritten }
}

/** Goes through the whole data file; what is no whole record at its end is counted. */
async function walk(
  { source }: ExportWork,
  visitor: Parameters<typeof walkRecords>[1],
  blockBytes: number,
  losses: ExportLosses,
): Promise<void> {
  const { file, salt, endOffset } = source
  if (endOffset <= fileHeaderBytes) return
  const end = await walkRecords(
    { file, salt, from: fileHeaderBytes, to: endOffset, isFileEnd: true, blockBytes },
    visitor,
  )
  // Of a capture that is being written, the end is only not there yet.
  if (!source.isWritten) losses.tailBytes = endOffset - end
}

async function recordEncoder(output: ExportOutput, work: ExportWork, notes: string[]): Promise<ExportEncoder> {
  const { source, options, facts } = work
  const { captureId, name, startedAtUnixUs } = source
  switch (options.format) {
    case 'pcapng': {
      const secrets = options.includesTlsSecrets ? await source.readKeyLog() : []
      if (options.includesTlsSecrets) notes.push(secrets.length === 0 ? noKeyLog : withKeyLog)
      return new PcapngEncoder({ output, startedAtUnixUs, captureName: name, ...facts, secrets })
    }
    case 'jsonl':
      return new JsonlEncoder(output, { captureId, name, startedAtUnixUs })
    case 'hexdump':
      return new HexdumpEncoder(output, startedAtUnixUs, options.scope.direction)
    case 'wire-log':
      return new WireLogEncoder(output)
    default:
      return new RawEncoder(output)
  }
}

const noKeyLog = 'There is no key log of this capture, so no TLS secrets are in the file.'
const withKeyLog =
  'The file holds the keys of the TLS connections: whoever has it can decrypt what was recorded of them on the wire.'

/** `raw` says its direction apart from the scope. */
function withDirection({ format, direction, scope }: ExportOptions): ExportOptions['scope'] {
  return format === 'raw' && direction !== null ? { ...scope, direction } : scope
}

async function exportMessages(
  output: ExportOutput,
  work: ExportWork,
  framing: FramingPair,
): Promise<Omit<ExportOutcome, 'byteCount'>> {
  const { source, options, readStream } = work
  const losses = new ExportLosses()
  const encoder = messageEncoder(output, work)
  const scope = new ExportScope(options.scope)
  const messages = new MessageExport({ file: source.file, output, encoder, scope, losses, readStream })
  const rows: FoundRow[] = []
  const add = (row: FoundRow): void => void rows.push(row)
  const scanner = new MessageScanner(framing, null, { firstRow: 0, endRow: Number.POSITIVE_INFINITY, add })
  const feeder = new RecordFeeder(scanner, 0, null)
  encoder.begin()
  const beforeRead = async (at: number): Promise<void> => {
    await lookUp(output, work, at)
    await messages.write(rows.splice(0))
  }
  const visitor = { onRecord: feeder.onRecord, onPayload: feeder.onPayload, onDamage: feeder.onDamage, beforeRead }
  await walk(work, visitor, messageBlockBytes, losses)
  if (!source.isWritten) scanner.passTime(Number.POSITIVE_INFINITY)
  await messages.write(rows.splice(0))
  encoder.end()
  return { notes: [...messages.notes(), ...losses.notes()], isWhole: losses.isWhole }
}

function messageEncoder(output: ExportOutput, { source, options }: ExportWork): MessageEncoder {
  const { captureId, name, startedAtUnixUs } = source
  if (options.format === 'csv') return new CsvMessages(output, startedAtUnixUs)
  if (options.format === 'jsonl') return new JsonlMessages(output, { captureId, name, startedAtUnixUs })
  return new HexdumpMessages(new HexdumpEncoder(output, startedAtUnixUs, options.scope.direction))
}
