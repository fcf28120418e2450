import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { CaptureViewName } from '../../../src-main/contract/schemas/capture.ts'
import { interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { FakeCapture } from './fake-capture.test-support.ts'
import type { RowsLook } from './row-window.ts'
import { extendTo, singleCursor } from './row-selection.ts'
import { readMessage, readRecord, readSelection, readStream } from './selected-bytes.ts'

const all = (view: CaptureViewName): RowsLook => ({ view, filter: null })

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function capture(): FakeCapture {
  return new FakeCapture()
    .data('sent', '*IDN?\n')
    .event({ kind: 'note', text: 'between' })
    .data('received', 'KESTREL INSTRUMENTS,PS-3005\nready\n')
}

describe('bytes of a selection', () => {
  it('are whole records in the timeline, and events have none', async () => {
    const link = capture()
    const selected = await readSelection(
      link,
      link.captureId,
      all('records'),
      extendTo(singleCursor(0), { row: 2, byte: 0 }),
      1000,
    )
    expect(text(selected)).toBe('*IDN?\nKESTREL INSTRUMENTS,PS-3005\nready\n')
  })

  it('are those of the rows that a filter shows', async () => {
    const link = capture()
    const look = { view: 'records', filter: { scope: { direction: 'received' }, showsEvents: false } } as const
    expect(text(await readSelection(link, link.captureId, look, singleCursor(0), 1000))).toContain('KESTREL')
  })

  it('are exactly the bytes between the ends in the stream', async () => {
    const link = capture()
    const range = extendTo(singleCursor(1, 14), { row: 0, byte: 4 })
    expect(text(await readSelection(link, link.captureId, all('stream'), range, 1000))).toBe('?\nKESTREL INSTRUM')
  })

  it('are whole lines in the text view', async () => {
    const link = capture()
    expect(text(await readSelection(link, link.captureId, all('text'), singleCursor(2), 1000))).toBe('ready\n')
  })

  it('are read in pieces and refused beyond the limit', async () => {
    const large = new Uint8Array(2_500_000).map((_, index) => index % 251)
    const link = new FakeCapture().data('received', large)
    const whole = await readRecord(link, link.captureId, 0, 3_000_000)
    const refused = await readRecord(link, link.captureId, 0, 2_000_000).catch((error: unknown) => error)
    expect({ same: Buffer.from(whole).equals(large), reads: link.calls.length, refused }).toMatchObject({
      same: true,
      reads: 4,
      refused: { code: 'message-too-large', data: { bytes: 2_500_000, limit: 2_000_000 } },
    })
  })

  it('of messages are their contents, or all that stands in the stream, read in as few pieces as there are gaps', async () => {
    const framing = { kind: 'length-prefix', field: 'u16be' } as const
    const link = new FakeCapture()
      .data('received', Uint8Array.of(0, 2, 0x41, 0x42, 0, 1, 0x43))
      .data('sent', Uint8Array.of(0, 1, 0x58))
      .data('received', Uint8Array.of(0, 1, 0x44))
    link.interpretation = v.parse(interpretation, { sent: { framing }, received: { framing } })
    const range = extendTo(singleCursor(0), { row: 3, byte: 0 })
    const whole = await readSelection(link, link.captureId, all('messages'), range, 16)
    const reads = link.calls.filter(({ name }) => name === 'capture.read-stream').length
    const contentBy = link.interpretation
    const part = { contentBy: { sent: contentBy.sent.framing, received: contentBy.received.framing } }
    const contents = await readSelection(link, link.captureId, all('messages'), range, 16, part)
    const refused = await readSelection(link, link.captureId, all('messages'), range, 6).catch(
      (error: unknown) => error,
    )
    expect([Buffer.from(whole).toString('hex'), reads, text(contents)]).toEqual([
      '00024142000143000158000144',
      3,
      'ABCXD',
    ])
    expect(refused).toMatchObject({ code: 'message-too-large', data: { bytes: 7, limit: 6 } })
  })

  it('of a message are those of its own connection, whatever others sent between its pieces', async () => {
    const link = new FakeCapture()
      .data('received', Uint8Array.of(0), 1)
      .data('received', Uint8Array.of(0, 2), 2)
      .data('received', Uint8Array.of(4, 0x41, 0x42), 1)
      .data('received', Uint8Array.of(0x58, 0x59), 2)
      .data('received', Uint8Array.of(0x43, 0x44), 1)
    const framing = { kind: 'length-prefix', field: 'u16be' } as const
    link.interpretation = v.parse(interpretation, { received: { framing } })
    const { rows } = await link.call('capture.window', {
      captureId: link.captureId,
      view: 'messages',
      firstRow: 0,
      rowCount: 10,
      previewBytes: 1,
    })
    const read = rows.map(async (row) =>
      row.kind === 'message'
        ? [row.connection, text(await readMessage(link, link.captureId, row, { kind: 'raw' }, 100))]
        : null,
    )
    expect(await Promise.all(read)).toEqual([
      [2, 'XY'],
      [1, 'ABCD'],
    ])
    expect(link.calls.filter(({ name }) => name === 'capture.read-stream').map(({ request }) => request)).toMatchObject(
      [
        { connection: 2, streamOffset: 1, skipBytes: 2, length: 2 },
        { connection: 1, streamOffset: 0, skipBytes: 2, length: 4 },
      ],
    )
  })

  it('of a large message are read on in its connection, piece by piece', async () => {
    const own = new Uint8Array(1_500_000).map((_, index) => index % 251)
    const link = new FakeCapture()
      .data('received', own.subarray(0, 700_000), 1)
      .data('received', new Uint8Array(300_000).fill(0xff), 2)
      .data('received', own.subarray(700_000), 1)
    const message = { direction: 'received', connection: 1, streamOffset: 0 } as const
    const read = await readStream(link, link.captureId, message, 0, own.length)
    expect({ same: Buffer.from(read).equals(own), reads: link.calls.length }).toEqual({ same: true, reads: 2 })
  })
})
