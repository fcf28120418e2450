import type { CancelSignal } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { StreamPart, StreamRange } from '../stream-reader.ts'
import { RunningDigest, type NamedDigest } from './running-digest.ts'

/** Read at a time. */
const partBytes = 1024 * 1024
/** Looked at without letting anything else run: a few milliseconds. */
const pieceBytes = 16 * 1024

export interface DigestOptions {
  readonly read: (range: StreamRange) => Promise<StreamPart>
  readonly signal: CancelSignal
  /** Told after each part how many bytes were looked at. */
  readonly onProgress: (doneBytes: number) => void
}

/** Every checksum and hash of a stretch of one direction; `byteCount` is less than asked for where the capture ends. */
export interface StretchDigest {
  readonly byteCount: number
  readonly digests: NamedDigest[]
}

/** Works out every checksum and hash of a stretch. Errors: `cancelled`, those of reading. */
export async function digestStretch(
  stretch: Omit<StreamRange, 'maximumSegments'>,
  { read, signal, onProgress }: DigestOptions,
): Promise<StretchDigest> {
  const digest = new RunningDigest()
  let { streamOffset, skipBytes } = stretch
  let byteCount = 0
  while (byteCount < stretch.length) {
    const length = Math.min(partBytes, stretch.length - byteCount)
    const { bytes, endStreamOffset } = await read({ ...stretch, streamOffset, skipBytes, length })
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (signal.aborted) throw new WirebenchError('cancelled')
      digest.add(bytes.subarray(at, at + pieceBytes))
      await new Promise((resolve) => setImmediate(resolve))
    }
    byteCount += bytes.length
    onProgress(byteCount)
    if (bytes.length < length) break
    streamOffset = endStreamOffset
    skipBytes = 0
  }
  return { byteCount, digests: digest.finish() }
}
