import { expect, it } from 'vitest'
import { recoverySentence } from './recovery-sentence.ts'

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
    recoverySentence(clean),
    recoverySentence({ ...clean, unclean: true, tailBytesIgnored: 1 }),
    recoverySentence({ ...clean, indexRebuilt: true, indexReason: 'checksum' }),
    recoverySentence({ ...clean, damagedBytes: 4096 }),
  ]).toEqual([
    null,
    'This capture was not closed properly: its program or machine ended in the middle. 1 byte at the end are no whole record and are not shown.',
    'Its index was damaged and was made again. Everything that was on disk can be read.',
    '4,096 bytes in the middle could not be read; the places are marked.',
  ])
})
