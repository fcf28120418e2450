import { describe, expect, it } from 'vitest'
import { FakeCapture } from './fake-capture.test-support.ts'
import { findByte, parseWholeNumber } from './place-search.ts'

describe('going to a place', () => {
  it('reads whole numbers as people type them', () => {
    expect(
      ['1500', ' 0x5DC ', '1,204,118', '1_000', '', '-1', '1.5', '5dc', '99999999999999999'].map(parseWholeNumber),
    ).toEqual([1500, 1500, 1_204_118, 1000, null, null, null, null, null])
  })

  it('finds the record of every byte of a direction', async () => {
    const link = new FakeCapture()
    const expected: string[] = []
    for (let round = 0; round < 12; round++) {
      link.event({ kind: 'note', text: 'event' })
      for (let run = 0; run < round; run++) link.data('sent', 'abc')
      link.data('received', 'x'.repeat(round))
      for (let offset = 0; offset < round; offset++) expected.push(`${link.totals.recordCount - 1}+${offset}`)
    }
    const { receivedBytes } = link.totals
    const found: string[] = []
    for (let offset = 0; offset < receivedBytes; offset++) {
      const place = await findByte(link, link.captureId, 'received', offset)
      found.push(`${place.record}+${place.offsetInRecord}`)
    }
    expect(found).toEqual(expected)
  })

  it('says when there is no such byte', async () => {
    const link = new FakeCapture().data('sent', 'abc')
    const beyond = await findByte(link, link.captureId, 'sent', 3).catch((error: unknown) => error)
    const other = await findByte(link, link.captureId, 'received', 0).catch((error: unknown) => error)
    expect([beyond, other]).toMatchObject([{ code: 'window-out-of-range' }, { code: 'window-out-of-range' }])
  })
})
