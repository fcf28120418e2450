import { WirebenchError } from '../../contract/errors.ts'
import { HexdumpReader, type HexdumpProblem } from '../../protocol/hexdump-reader/hexdump-reader.ts'
import type { CaptureStore } from '../capture-store.ts'
import type { Clock } from '../clock.ts'
import { writingCapture } from './imported-capture.ts'
import { importedOrigin } from './imported-origin.ts'
import { onlyConnection } from './import-raw.ts'
import { piecesOf, type ImportJob, type ImportResult } from './import-source.ts'

const dayNs = 24n * 3600n * 1_000_000_000n

/**
 * Reads a hex dump into a new capture, a chunk per dump. Where the dump says nothing of its direction that of the options
 * counts; times of day are those of today. Errors: `import-unknown-format` when there is no dump in it, `file-unreadable`, and
 * those of making a capture.
 */
export async function importHexdump(
  job: ImportJob,
  { store, clock }: { readonly store: CaptureStore; readonly clock: Clock },
): Promise<ImportResult> {
  const { source, options } = job
  const nowNs = BigInt(clock.unixMicroseconds()) * 1000n
  const dayStartUnixNs = nowNs - (nowNs % dayNs)
  const firstUnixNs = await firstTimeOf(job, dayStartUnixNs)
  const origin = importedOrigin(source.fileName, 'hexdump', clock)
  const name = options.name ?? source.fileName
  return writingCapture({ store, clock, name, origin, firstUnixNs }, async (capture) => {
    let guessedBytes = 0
    let untimedBytes = 0
    const reader = new HexdumpReader(
      {
        onBytes: ({ direction, timeUnixNs, connection }, bytes) => {
          if (direction === null) guessedBytes += bytes.length
          if (timeUnixNs === null) untimedBytes += bytes.length
          else capture.moveTo(timeUnixNs)
          capture.bytes(connection ?? onlyConnection, direction ?? options.direction, bytes)
        },
      },
      dayStartUnixNs,
    )
    for await (const piece of piecesOf(job)) {
      reader.acceptChunk(piece)
      if (reader.problem !== null) break
      await capture.room()
    }
    reader.finish()
    if (reader.rowCount === 0) throw noDump(source.fileName, reader.problem)
    const { problem, ignoredLines } = reader
    const sentences: readonly (readonly [number, string])[] = [
      [ignoredLines, `Lines that are no part of a dump, left out: ${ignoredLines}.`],
      [guessedBytes, `Bytes without a direction, taken as ${options.direction}: ${guessedBytes}.`],
      [untimedBytes, `Bytes without a time: ${untimedBytes}. They have that of what stands before.`],
      [capture.movedTimes, `Dumps with a time before that of the one before them: ${capture.movedTimes}.`],
    ]
    const notes = sentences.flatMap(([count, sentence]) => (count > 0 ? [sentence] : []))
    const damage =
      problem === null ? [] : [`The dump is not understood from ${describe(problem)} What stands before was imported.`]
    return { captureId: capture.captureId, notes: [...damage, ...notes], isWhole: problem === null }
  })
}

/** Where the first bytes of the dump have a time: that one. */
async function firstTimeOf(job: ImportJob, dayStartUnixNs: bigint): Promise<bigint | null> {
  const found: (bigint | null)[] = []
  const reader = new HexdumpReader({ onBytes: ({ timeUnixNs }) => found.push(timeUnixNs) }, dayStartUnixNs)
  for await (const piece of piecesOf({ ...job, progress: () => undefined })) {
    reader.acceptChunk(piece)
    if (found.length > 0 || reader.problem !== null) break
  }
  reader.finish()
  return found[0] ?? null
}

function noDump(file: string, problem: HexdumpProblem | null): WirebenchError {
  const reason = problem === null ? 'No line of it is a row of a hex dump.' : `See ${describe(problem)}`
  return new WirebenchError('import-unknown-format', { file, reason })
}

const describe = ({ line, column, reason }: HexdumpProblem): string => `line ${line}, column ${column} on: ${reason}`
