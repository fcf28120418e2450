import type { CaptureRow, MessageRow } from '../contract/schemas/capture.ts'
import { contentBytesForPrefix, decodePayloadPrefix } from '../protocol/framing/decode-prefix.ts'
import type { OpenFile } from './file-access.ts'
import type { FoundMessage, FoundRow } from './message-scanner.ts'
import { readRanges } from './range-reader.ts'
import type { StreamRange } from './stream-reader.ts'

/** The beginning of a message that is scattered further than this (about so many MiB of the data file) is shown in part. */
const maximumPreviewSegments = 16

/** Where bytes of one direction are read. */
interface StreamSource {
  read(range: StreamRange): Promise<Uint8Array>
}

/** Reads the previews of messages. */
export async function readMessageRows(
  found: readonly FoundRow[],
  previewBytes: number,
  file: OpenFile,
  streams: StreamSource,
): Promise<CaptureRow[]> {
  const messages = found.filter((row) => row.kind === 'found')
  const contents = new Map<FoundMessage, Uint8Array>()
  const inOnePiece = messages
    .flatMap((message) => {
      const length = wantedBytes(message, previewBytes)
      const { contentFileOffset: fileOffset, contiguousBytes } = message
      return fileOffset !== null && contiguousBytes >= length ? [{ message, fileOffset, length }] : []
    })
    .sort((one, other) => one.fileOffset - other.fileOffset)
  for (const { range, bytes } of await readRanges(file, inOnePiece)) contents.set(range.message, bytes)
  for (const message of messages) {
    if (contents.has(message)) continue
    const { direction, connection, streamOffset, headBytes } = message.row
    const range = {
      direction,
      connection,
      streamOffset,
      skipBytes: headBytes,
      length: wantedBytes(message, previewBytes),
    }
    contents.set(message, await streams.read({ ...range, maximumSegments: maximumPreviewSegments }))
  }
  return found.map((row) => {
    if (row.kind !== 'found') return row
    return messageRow(row, contents.get(row) ?? new Uint8Array(0), previewBytes)
  })
}

/** Bytes of the content that the preview needs. A marked region is shown as its bytes stand in the stream. */
function wantedBytes({ row, framing, contentBytes }: FoundMessage, previewBytes: number): number {
  return Math.min(contentBytes, row.problem === null ? contentBytesForPrefix(framing, previewBytes) : previewBytes)
}

function messageRow(
  { row, framing, contentBytes }: FoundMessage,
  content: Uint8Array,
  previewBytes: number,
): MessageRow {
  const isWhole = content.length === contentBytes
  if (row.problem !== null) return { ...row, preview: content, previewIsWhole: isWhole }
  const prefix = decodePayloadPrefix(framing, content, isWhole, previewBytes)
  return { ...row, preview: prefix.bytes, previewIsWhole: prefix.isWhole }
}
