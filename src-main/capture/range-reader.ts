import { WirebenchError } from '../contract/errors.ts'
import { readFully, type OpenFile } from './file-access.ts'

export interface ByteRange {
  readonly fileOffset: number
  readonly length: number
}

/** Ranges with no more between them than this are read in one go. */
const joinedGapBytes = 32 * 1024
const largestRunBytes = 1024 * 1024
const parallelReads = 8

interface Run<Range extends ByteRange> {
  readonly fileOffset: number
  end: number
  readonly members: RangeBytes<Range>[]
}

/** A range and what stands there. */
export interface RangeBytes<Range extends ByteRange> {
  readonly range: Range
  bytes: Uint8Array<ArrayBuffer>
}

/** Reads ranges given in file order, near ones together. The bytes of each have memory of their own. */
export async function readRanges<Range extends ByteRange>(
  file: OpenFile,
  ranges: readonly Range[],
): Promise<readonly Readonly<RangeBytes<Range>>[]> {
  const results = ranges.map((range): RangeBytes<Range> => ({ range, bytes: new Uint8Array(0) }))
  const runs = joinRanges(results)
  let next = 0
  const readRuns = async (): Promise<void> => {
    for (let run = runs[next++]; run !== undefined; run = runs[next++]) await readRun(file, run)
  }
  await Promise.all(Array.from({ length: Math.min(parallelReads, runs.length) }, readRuns))
  return results
}

async function readRun<Range extends ByteRange>(file: OpenFile, run: Run<Range>): Promise<void> {
  const length = run.end - run.fileOffset
  const bytes = await readFully(file, run.fileOffset, length)
  if (bytes.length < length) {
    throw new WirebenchError('capture-malformed', { reason: 'The file became shorter while it was read.' })
  }
  for (const member of run.members) {
    const start = member.range.fileOffset - run.fileOffset
    member.bytes = bytes.slice(start, start + member.range.length)
  }
}

function joinRanges<Range extends ByteRange>(results: readonly RangeBytes<Range>[]): Run<Range>[] {
  const runs: Run<Range>[] = []
  for (const member of results) {
    const { fileOffset, length } = member.range
    if (length === 0) continue
    const last = runs.at(-1)
    const end = fileOffset + length
    const isNear = last !== undefined && fileOffset >= last.end && fileOffset - last.end <= joinedGapBytes
    if (isNear && end - last.fileOffset <= largestRunBytes) {
      last.end = end
      last.members.push(member)
    } else runs.push({ fileOffset, end, members: [member] })
  }
  return runs
}
