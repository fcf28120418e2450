import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import type { KnownStructures } from '../../../src-main/protocol/decoding/message-content.ts'
import { summarizeMessage } from '../../../src-main/protocol/decoding/summarize-message.ts'
import { columnText, type CharacterSpan } from './byte-highlight.ts'
import { contentCharacters } from './content-characters.ts'
import { messageContent } from './message-row.ts'
import { chunkContent, lineContent, type RowContent } from './row-content.ts'
import { asciiCharacters, hexCharacters } from './stream-columns.ts'

/** What messages are read by. */
export interface RowReading {
  readonly interpretation: Interpretation
  readonly structures: KnownStructures
}

/** The drawn characters that show the bytes `from` to `to` (exclusive) of a row, counted from its first byte. */
export function spansOfBytes(
  drawn: Element,
  row: CaptureRow,
  view: 'timeline' | 'stream' | 'text',
  from: number,
  to: number,
  reading: RowReading,
): readonly CharacterSpan[] {
  if (view === 'stream') {
    const hex = columnText(drawn, 'hex')
    const ascii = columnText(drawn, 'ascii')
    return [
      ...(hex === null ? [] : [{ node: hex, ...hexCharacters(from, to) }]),
      ...(ascii === null ? [] : [{ node: ascii, ...asciiCharacters(from, to) }]),
    ]
  }
  const shown = shownContent(row, reading)
  const cell = drawn.querySelector('[data-column="content"]')
  if (shown === null || cell === null) return []
  const nodes = textNodes(cell)
  const { content, bytes, lead } = shown
  const visible = content.pieces.map((piece, number) => ({ piece, number })).filter(({ piece }) => piece.text !== '')
  return contentCharacters(content, bytes, from - lead, to - lead).flatMap(({ piece, start, end }) => {
    const node = nodes[visible.findIndex(({ number }) => number === piece)]
    return node === undefined ? [] : [{ node, start, end }]
  })
}

/** What a row shows of its bytes, and how many of them stand before; null where characters cannot be told from bytes. */
function shownContent(
  row: CaptureRow,
  { interpretation, structures }: RowReading,
): { readonly content: RowContent; readonly bytes: Uint8Array; readonly lead: number } | null {
  if (row.kind === 'bytes') {
    return { content: { isText: true, pieces: lineContent(row.bytes) }, bytes: row.bytes, lead: 0 }
  }
  if (row.kind === 'data') return { content: chunkContent(row.preview, row.length), bytes: row.preview, lead: 0 }
  if (row.kind !== 'message') return null
  const { framing, decoder } = interpretation[row.direction]
  // Where escapes were undone, bytes of the content are not those of the stream.
  if (row.problem !== null || framing.kind === 'slip' || framing.kind === 'cobs' || framing.kind === 'markers')
    return null
  const { kind } = summarizeMessage(
    { bytes: row.preview, isWhole: row.previewIsWhole, framing },
    decoder,
    structures,
    1,
  )
  if (kind !== 'utf-8' && kind !== 'bytes') return null
  return { content: messageContent(row, interpretation, structures), bytes: row.preview, lead: row.headBytes }
}

function textNodes(cell: Element): readonly Text[] {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT, (node) =>
    node.nodeValue === '' || node.parentElement?.closest('.client')
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  )
  const nodes: Text[] = []
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) if (node instanceof Text) nodes.push(node)
  return nodes
}
