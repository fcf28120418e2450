import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { importFormat } from '../../../contract/schemas/capture-transfer.ts'
import { directionName } from '../../../contract/schemas/common.ts'
import type { CliIo } from '../cli-io.ts'
import { exitCodes } from '../exit-codes.ts'
import type { CaptureAction } from './capture-action.ts'
import { runJob } from './run-job.ts'

/** The name of standard input. */
const standardInput = '-'

/** `wirebench capture import FILE`. */
export const importAction: CaptureAction = {
  name: 'import',
  usage: 'import FILE [--format F] [--name NAME] [--direction D] [--local-port P]',
  help: [
    'reads a file into a new capture and prints its ID; FILE may be - for standard input.',
    'What was left out or lost goes to stderr; the exit code is 1 when bytes are missing.',
    '--format F        wirebench, pcapng, pcap, hexdump or raw; found out from the content by default',
    '--name NAME       of the capture; the name of the file by default',
    '--direction D     sent or received (default): raw bytes, and hex dumps without directions',
    '--local-port P    packet files: the end with this port is this side, and its bytes are sent.',
    '                  By default it is the one that opened the connection.',
  ],
  options: { format: 'text', name: 'text', direction: 'text', 'local-port': 'text' },
  operands: { what: 'FILE', least: 1, most: 1 },
  plan: (line, [file = '']) => {
    const format = line.choice('format', importFormat.options)
    const direction = line.choice('direction', directionName.options) ?? 'received'
    const localPort = line.wholeNumber('local-port', 0, 65_535)
    const name = line.text('name')
    return async (context) => {
      const { link, report, io } = context
      const spool = file === standardInput ? await spoolInput(io) : null
      try {
        const path = spool?.path ?? resolve(file)
        const options = { format, direction, localPort, name }
        const result = await runJob(context, () =>
          link.call('capture.import', { source: { kind: 'path', path }, options }),
        )
        for (const note of result.notes) await report.event({ event: 'note', note }, note)
        const { captureIds, byteCount, isWhole } = result
        const captureId = captureIds[0] ?? ''
        await report.result({ event: 'imported', captureId, byteCount, isWhole }, captureId)
        return isWhole ? exitCodes.asExpected : exitCodes.notAsExpected
      } finally {
        await spool?.remove()
      }
    }
  },
}

/** Standard input as a file: its kind shows at its beginning, and it is gone through more than once. */
async function spoolInput(io: CliIo): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-import-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const path = join(folder, 'standard input')
  try {
    await pipeline(io.stdin.stream, createWriteStream(path, { mode: 0o600 }))
    return { path, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
