import { expect, it } from 'vitest'
import { describeLoss, recoverySentence } from './recovery-sentence.ts'

it('names what opening a capture found, in bytes', () => {
  const clean = {
    unclean: false,
    indexRebuilt: false,
    indexReason: null,
    tailBytesIgnored: 0,
    damagedBytes: 0,
    losses: [],
  }
  expect([
    recoverySentence(clean, 0),
    recoverySentence({ ...clean, unclean: true, tailBytesIgnored: 1 }, 0),
    recoverySentence({ ...clean, indexRebuilt: true, indexReason: 'checksum' }, 0),
    recoverySentence({ ...clean, damagedBytes: 4096 }, 0),
  ]).toEqual([
    null,
    'This capture was not closed properly: its program or machine ended in the middle. 1 byte at the end are no whole record and are not shown.',
    'Its index was damaged and was made again. Everything that was on disk can be read.',
    '4,096 bytes in the middle could not be read; the places are marked.',
  ])
})

it('names what is lost in bytes and time', () => {
  const startedAtUnixUs = new Date(2026, 10, 20, 10, 2, 17).getTime() * 1000
  const loss = {
    fileOffset: 4096,
    lostFileBytes: 100,
    afterTimeNs: 1_000_000,
    beforeTimeNs: 2_500_000,
    lostSentBytes: 0,
    lostReceivedBytes: 68,
  }
  expect([
    describeLoss(loss, startedAtUnixUs),
    describeLoss({ ...loss, lostSentBytes: 1, beforeTimeNs: null }, startedAtUnixUs),
    describeLoss({ ...loss, afterTimeNs: null, lostReceivedBytes: null, lostSentBytes: null }, startedAtUnixUs),
    describeLoss({ ...loss, lostReceivedBytes: 0, afterTimeNs: null, beforeTimeNs: null }, startedAtUnixUs),
  ]).toEqual([
    'Lost: 68 received bytes between 10:02:17.001 000 and 10:02:17.002 500.',
    'Lost: 68 received bytes and 1 sent byte after 10:02:17.001 000.',
    'Lost: 100 bytes of the file, whatever stood in them before 10:02:17.002 500.',
    'Lost: no byte of a connection, only an event.',
  ])
  const recovery = {
    unclean: false,
    indexRebuilt: false,
    indexReason: null,
    tailBytesIgnored: 0,
    damagedBytes: 400,
    losses: [loss, loss, loss, loss],
  }
  expect(recoverySentence(recovery, startedAtUnixUs)).toMatch(/Lost: 68 .* And 1 more places\.$/)
})
