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

interface Run {
  readonly fileOffset: number
  end: number
  readonly members: number[]
}

/** Reads ranges given in file order, near ones together. Each result has memory of its own. */
export async function readRanges(file: OpenFile, ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
  const results = ranges.map(() => new Uint8Array(0))
  const runs = joinRanges(ranges)
  let next = 0
  const readRuns = async (): Promise<void> => {
    for (let run = runs[next++]; run !== undefined; run = runs[next++]) {
      const bytes = await readFully(file, run.fileOffset, run.end - run.fileOffset)
      if (bytes.length < run.end - run.fileOffset) {
        throw new WirebenchError('capture-malformed', { reason: 'The file became shorter while it was read.' })
      }
      for (const member of run.members) {
        const { fileOffset, length } = ranges[member]!
        results[member] = bytes.slice(fileOffset - run.fileOffset, fileOffset - run.fileOffset + length)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallelReads, runs.length) }, readRuns))
  return results
}

function joinRanges(ranges: readonly ByteRange[]): Run[] {
  const runs: Run[] = []
  for (const [member, { fileOffset, length }] of ranges.entries()) {
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
