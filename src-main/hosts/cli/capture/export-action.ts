import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { CommandInput } from '../../../contract/commands.ts'
import type { JobResult } from '../../../contract/schemas/job.ts'
import { parseFramingSpec } from '../../../protocol/framing/framing-spec.ts'
import { usageError, type CommandLine } from '../command-line.ts'
import { exitCodes } from '../exit-codes.ts'
import { captureIdFor, oneCapture, type CaptureAction, type CaptureActionContext } from './capture-action.ts'
import { runJob } from './run-job.ts'
import { parseMoment, sinceStartNs, type CaptureMoment } from './time-option.ts'

const formats = ['pcapng', 'hexdump', 'jsonl', 'csv', 'raw', 'wire-log', 'wirebench'] as const
/** Formats that can hold messages instead of chunks. */
const framedFormats: readonly string[] = ['hexdump', 'jsonl', 'csv']

type ExportRequest = CommandInput<'capture.export'>
type GivenOptions = Omit<ExportRequest['options'], 'scope'>

/** Where the scope is said by times, those wait until the capture's beginning is known. */
interface GivenScope {
  readonly direction: 'sent' | 'received' | null
  readonly connections: number[] | null
  readonly from: CaptureMoment | null
  readonly to: CaptureMoment | null
}

/** `wirebench capture export ID`. */
export const exportAction: CaptureAction = {
  name: 'export',
  usage: `export ID --to ${formats.join('|')} --out FILE [OPTIONS]`,
  help: [
    'writes a capture as another kind of file',
    '--to pcapng         packets for Wireshark and tshark, with IP and TCP headers made for them',
    '--to hexdump        text2pcap -D -t ISO -T PEER_PORT,OWN_PORT FILE OUT.pcapng;',
    '                    with --direction one dump, which xxd -r FILE turns back into the bytes',
    '--to jsonl          one JSON object a line: chunks (bytes as hex) and events',
    '--to csv            a row for each chunk, or message with --framing',
    '--to raw            the bytes alone; --direction for one direction',
    '--to wire-log       as hio logs its wire',
    '--to wirebench      a copy, which every Wirebench opens',
    '--out FILE          where it goes; - for standard output',
    '--overwrite         replaces FILE where it exists',
    '--direction sent|received    only this direction',
    '--connection N      only this connection; may be given several times',
    '--from TIME, --to-time TIME  only what is between: seconds since the beginning (12.5) or a time',
    '                    (2026-12-01T09:41:07.5Z), both included',
    '--framing SPEC      csv, jsonl, hexdump: messages instead of chunks; SPEC as for show',
    '--tls-secrets       pcapng: puts the key log of the capture into the file. Whoever has the file',
    '                    can then decrypt what was recorded of these connections on the wire.',
  ],
  options: {
    to: 'text',
    out: 'text',
    overwrite: 'flag',
    direction: 'text',
    connection: 'texts',
    from: 'text',
    'to-time': 'text',
    framing: 'text',
    'tls-secrets': 'flag',
  },
  operands: oneCapture,
  plan: (line, [operand = '']) => {
    const options = optionsOf(line)
    const scope = scopeOf(line)
    const out = line.text('out')
    if (out === null) throw usageError('Say where it goes: --out FILE, or --out - for standard output.')
    const overwrite = line.flag('overwrite')
    return async (context) => {
      const { link, report } = context
      const captureId = await captureIdFor(link, operand)
      const { startedAtUnixUs } = await link.call('capture.open', { captureId })
      const { direction, connections, from, to } = scope
      const fromNs = from === null ? null : sinceStartNs(from, startedAtUnixUs)
      const toNs = to === null ? null : sinceStartNs(to, startedAtUnixUs)
      const request = { captureId, options: { ...options, scope: { direction, connections, fromNs, toNs } } }
      if (out === '-') {
        await exportToStdout(request, context)
      } else {
        const result = await runJob(context, () =>
          link.call('capture.export', { ...request, target: { kind: 'path', path: resolve(out), overwrite } }),
        )
        const { path, byteCount } = result
        await report.result(
          { event: 'exported', path, byteCount, notes: result.notes, isWhole: result.isWhole },
          `${path ?? ''}\t${byteCount} bytes`,
        )
        await tellNotes(result, context)
      }
      return exitCodes.asExpected
    }
  },
}

/** By way of a temporary file: the engine writes whole files alone. */
async function exportToStdout(request: Omit<ExportRequest, 'target'>, context: CaptureActionContext): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-export-'))
  try {
    const path = join(folder, 'export')
    const result = await runJob(context, () =>
      context.link.call('capture.export', { ...request, target: { kind: 'path', path } }),
    )
    for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      await context.io.stdout.write(piece as Uint8Array)
    }
    await tellNotes(result, context)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function tellNotes({ notes }: JobResult, { report }: CaptureActionContext): Promise<void> {
  for (const note of notes) await report.note(note)
}

/** Errors: `usage`. */
function optionsOf(line: CommandLine): GivenOptions {
  const format = line.choice('to', formats)
  if (format === null) throw usageError(`Say what it becomes: --to ${formats.join('|')}.`)
  const spec = line.text('framing')
  if (spec !== null && !framedFormats.includes(format)) {
    throw usageError(`--framing belongs to --to ${framedFormats.join(', ')}.`)
  }
  const includesTlsSecrets = line.flag('tls-secrets')
  if (includesTlsSecrets && format !== 'pcapng') throw usageError('--tls-secrets belongs to --to pcapng.')
  const framing = spec === null ? null : parseFramingSpec(spec)
  return { format, framing: framing === null ? null : { sent: framing, received: framing }, includesTlsSecrets }
}

/** Errors: `usage`. */
function scopeOf(line: CommandLine): GivenScope {
  const connections = line.texts('connection').map((text) => {
    if (!/^\d{1,9}$/.test(text)) throw usageError(`--connection must be a whole number, not "${text}".`)
    return Number(text)
  })
  const from = line.text('from')
  const to = line.text('to-time')
  return {
    direction: line.choice('direction', ['sent', 'received']),
    connections: connections.length === 0 ? null : connections,
    from: from === null ? null : parseMoment('from', from),
    to: to === null ? null : parseMoment('to-time', to),
  }
}
