import type { CaptureSource } from './capture-source.ts'
import type { OpenFile } from './file-access.ts'
import { RecordFeeder } from './record-feeder.ts'
import { walkRecords, type RecordVisitor } from './record-walker.ts'
import type { RecordScanner, ResumePoint } from './row-scanner.ts'

/** A stretch whose rows are found once more. */
export interface RereadStretch {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly blockBytes: number
  /** Where scanning begins anew; null for the beginning of the records. */
  readonly point: ResumePoint | null
  readonly startOffset: number
  readonly endOffset: number
}

/** Lets a scanner that begins at a resume point see the records from there on, until the visitor is done. */
export async function scanAgain(
  { source, file, blockBytes, point, startOffset, endOffset }: RereadStretch,
  scanner: RecordScanner,
  visitor: Pick<RecordVisitor, 'isDone' | 'wantsPayload'>,
): Promise<void> {
  const { onRecord, onPayload, onDamage } = new RecordFeeder(scanner, point?.record ?? 0, null)
  await walkRecords(
    {
      file,
      salt: source.salt,
      from: point?.fileOffset ?? startOffset,
      to: endOffset,
      isFileEnd: false,
      blockBytes,
      skipPayloadBytes: point?.payloadOffset ?? 0,
    },
    { onRecord, onPayload, onDamage, ...visitor },
  )
}

/** Index of the last of those at the beginning for which something holds; -1 when it holds for none. */
export function lastIndexWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && holds(item)) low = middle + 1
    else high = middle
  }
  return low - 1
}
