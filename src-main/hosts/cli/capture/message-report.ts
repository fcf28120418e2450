import {
  maximumPreviewBytes,
  maximumWindowRows,
  type CaptureRow,
  type MessageRow,
} from '../../../contract/schemas/capture.ts'
import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import { formatHex } from '../../../protocol/hex/parse-hex.ts'
import type { CommandEngine } from '../open-engine.ts'
import type { JsonLine, Report } from '../report.ts'
import { isoTimeNs } from '../send/exchange-report.ts'
import { printable } from '../send/printable-text.ts'

/** A capture that is being written is told as far as it is when its end is reached for the first time. */
export async function reportMessages(
  link: CommandEngine['link'],
  captureId: string,
  framing: FramingSettings | null,
  report: Report,
): Promise<void> {
  const { startedAtUnixUs } = await link.call('capture.open', { captureId })
  const cut = framing === null ? {} : { framing: { sent: framing, received: framing } }
  for (let firstRow = 0; ;) {
    const request = { captureId, view: 'messages', firstRow, rowCount: maximumWindowRows } as const
    const window = await link.call('capture.window', { ...request, previewBytes: maximumPreviewBytes, ...cut })
    for (const row of window.rows) {
      await report.result(lineOf(row, startedAtUnixUs), textOf(row, startedAtUnixUs))
    }
    firstRow += window.rows.length
    if (window.complete && firstRow >= window.totalRows) return
  }
}

function lineOf(row: CaptureRow, startedAtUnixUs: number): JsonLine {
  const { kind, connection, record, timeNs } = row
  const base = { event: kind, time: isoTimeNs(startedAtUnixUs, timeNs), connection, record }
  switch (row.kind) {
    case 'message': {
      const { direction, number, streamOffset, length, headBytes, tailBytes, problem, preview, previewIsWhole } = row
      const hex = formatHex(preview, { separator: '' })
      return {
        ...base,
        direction,
        number,
        streamOffset,
        length,
        headBytes,
        tailBytes,
        problem,
        hex,
        isWhole: previewIsWhole,
      }
    }
    case 'event':
      return { ...base, event: 'connection', what: row.event }
    case 'damage':
      return { ...base, lostFileBytes: row.lostFileBytes }
    case 'data':
    case 'bytes':
      throw new Error(`The messages view gave a row of the kind ${row.kind}.`)
  }
}

function textOf(row: CaptureRow, startedAtUnixUs: number): string {
  const base = [isoTimeNs(startedAtUnixUs, row.timeNs), `#${row.connection}`]
  switch (row.kind) {
    case 'message':
      return [...base, row.direction, row.number, `${row.length} bytes`, contentOf(row)].join('\t')
    case 'event':
      return [...base, row.event.kind].join('\t')
    case 'damage':
      return [...base, 'damage', `${row.lostFileBytes} bytes of the file cannot be read`].join('\t')
    case 'data':
    case 'bytes':
      throw new Error(`The messages view gave a row of the kind ${row.kind}.`)
  }
}

/** One line: what would break it is written as an escape. */
function contentOf({ preview, previewIsWhole, problem }: MessageRow): string {
  const text = printable(preview).replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  const shown = previewIsWhole ? text : `${text}…`
  return problem === null ? shown : `${shown}\t[${problem.code}] ${problem.sentence}`
}
