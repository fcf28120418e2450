import { createHash } from 'node:crypto'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import { maximumReadBytes, type MessageRow } from '../../contract/schemas/capture.ts'
import type { StreamPart, StreamRange } from '../stream-reader.ts'

/** Contents up to so many bytes are their own keys. */
const ownKeyBytes = 32

/**
 * What a message is known by: equal keys are equal contents, framing left out and escapes undone where the preview holds
 * all; of larger ones the content as it stands in the stream. A marked region is never equal to a message. Errors: `cancelled`,
 * those of reading.
 */
export async function messageKey(
  row: MessageRow,
  read: (range: StreamRange) => Promise<StreamPart>,
  signal: CancelSignal,
): Promise<string> {
  const kind = row.problem === null ? 'm' : 'r'
  if (row.previewIsWhole) {
    if (row.preview.length <= ownKeyBytes) return `${kind}${Buffer.from(row.preview).toString('latin1')}`
    return `${kind}${row.preview.length}#${createHash('sha256').update(row.preview).digest('base64')}`
  }
  const { direction, connection } = row
  const length = row.length - row.headBytes - row.tailBytes
  const hash = createHash('sha256')
  let { streamOffset, headBytes: skipBytes } = row
  let done = 0
  while (done < length) {
    if (signal.aborted) throw new WirebenchError('cancelled')
    const wanted = Math.min(maximumReadBytes, length - done)
    const part = await read({ direction, connection, streamOffset, skipBytes, length: wanted })
    hash.update(part.bytes)
    done += part.bytes.length
    if (part.bytes.length < wanted) break
    streamOffset = part.endStreamOffset
    skipBytes = 0
  }
  return `${kind}${length}#${hash.digest('base64')}`
}
