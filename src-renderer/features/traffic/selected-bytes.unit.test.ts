import { describe, expect, it } from 'vitest'
import { FakeCapture } from './fake-capture.test-support.ts'
import { extendTo, singleCursor } from './row-selection.ts'
import { readRecord, readSelection } from './selected-bytes.ts'

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
      'records',
      extendTo(singleCursor(0), { row: 2, byte: 0 }),
      1000,
    )
    expect(text(selected)).toBe('*IDN?\nKESTREL INSTRUMENTS,PS-3005\nready\n')
  })

  it('are exactly the bytes between the ends in the stream', async () => {
    const link = capture()
    const range = extendTo(singleCursor(1, 14), { row: 0, byte: 4 })
    expect(text(await readSelection(link, link.captureId, 'stream', range, 1000))).toBe('?\nKESTREL INSTRUM')
  })

  it('are whole lines in the text view', async () => {
    const link = capture()
    expect(text(await readSelection(link, link.captureId, 'text', singleCursor(2), 1000))).toBe('ready\n')
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
})
