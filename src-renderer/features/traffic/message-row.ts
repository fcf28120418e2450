import type { MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import type { KnownStructures } from '../../../src-main/protocol/decoding/message-content.ts'
import { summarizeMessage } from '../../../src-main/protocol/decoding/summarize-message.ts'
import { hexContent, spanContent, textContent, type ContentPiece, type RowContent } from './row-content.ts'

/** More of a summary is never seen in a row. */
const summaryLength = 400

/** Bytes of content, escapes still in it, without the framing around. */
export function contentLength(row: Pick<MessageRow, 'length' | 'headBytes' | 'tailBytes'>): number {
  return row.length - row.headBytes - row.tailBytes
}

/**
 * What the row of a message shows: its summary as the interpretation reads it, with what is to be said of it behind; of a
 * marked region, the sentence and its bytes; where reading fails, the reason and the bytes.
 */
export function messageContent(
  row: MessageRow,
  interpretation: Interpretation,
  structures: KnownStructures,
): RowContent {
  const length = row.previewIsWhole ? row.preview.length : Math.max(contentLength(row), row.preview.length + 1)
  if (row.problem !== null) {
    return { isText: false, pieces: [reason(row.problem.sentence), ...hexContent(row.preview, length)] }
  }
  const { framing, decoder } = interpretation[row.direction]
  const content = { bytes: row.preview, isWhole: row.previewIsWhole, framing }
  const summary = summarizeMessage(content, decoder, structures, summaryLength)
  const { problem } = summary
  switch (summary.kind) {
    case 'line':
      return { isText: true, pieces: [{ kind: 'text', text: summary.text }, ...remark(problem)] }
    case 'text':
      return { isText: true, pieces: [...spanContent(summary.spans, row.preview, length), ...remark(problem)] }
    case 'utf-8':
      return textContent(row.preview, length)
    case 'bytes':
      return {
        isText: false,
        pieces: [...(problem === null ? [] : [reason(problem)]), ...hexContent(row.preview, length)],
      }
  }
}

function reason(sentence: string): ContentPiece {
  return { kind: 'reason', text: `${sentence} ` }
}

function remark(problem: string | null): readonly ContentPiece[] {
  return problem === null ? [] : [{ kind: 'reason', text: `  ${problem}` }]
}
