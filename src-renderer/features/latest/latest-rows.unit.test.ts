import { describe, expect, it } from 'vitest'
import type { LatestMessage } from '../../../src-main/contract/schemas/capture.ts'
import { latestKey, nextOrder, shownLatest, type LatestOrder } from './latest-rows.ts'

function message(messageId: string | null, count: number, direction: 'sent' | 'received' = 'received'): LatestMessage {
  return {
    direction,
    messageId,
    count,
    ratePerSecond: count / 10,
    row: {
      kind: 'message',
      record: 0,
      connection: 1,
      timeNs: count,
      direction,
      number: 0,
      streamOffset: 0,
      length: 1,
      headBytes: 0,
      tailBytes: 0,
      firstByteTimeNs: 0,
      problem: null,
      preview: new Uint8Array(1),
      previewIsWhole: true,
    },
  }
}

const all = [message('tel_10', 5), message('tel_9', 50), message(null, 7), message('cmd_move', 1, 'sent')]
const ids = (filter: string, order: LatestOrder): (string | null)[] =>
  shownLatest(all, filter, order).map(({ messageId }) => messageId)

describe('latest messages', () => {
  it('stay in the order in which their ids came until a column is sorted by', () => {
    expect([
      ids('', null),
      ids('', { by: 'count', descending: true }),
      ids('', { by: 'messageId', descending: false }),
      ids('', { by: 'direction', descending: true }),
    ]).toEqual([
      ['tel_10', 'tel_9', null, 'cmd_move'],
      ['tel_9', null, 'tel_10', 'cmd_move'],
      [null, 'cmd_move', 'tel_9', 'tel_10'],
      ['cmd_move', 'tel_10', 'tel_9', null],
    ])
  })

  it('are filtered by id, upper and lower case alike', () => {
    expect(ids(' TEL ', null)).toEqual(['tel_10', 'tel_9'])
  })

  it('are sorted by a press on a head, the other way round by a second, not at all by a third', () => {
    const first = nextOrder(null, 'count')
    const second = nextOrder(first, 'count')
    expect([first, second, nextOrder(second, 'count'), nextOrder(second, 'messageId')]).toEqual([
      { by: 'count', descending: true },
      { by: 'count', descending: false },
      null,
      { by: 'messageId', descending: false },
    ])
  })

  it('without an id are told from those whose id is the word', () => {
    expect(latestKey(message(null, 1))).not.toBe(latestKey(message('none', 1)))
  })
})
