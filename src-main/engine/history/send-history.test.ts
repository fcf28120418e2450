import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import { maximumHistoryEntries, maximumHistoryText, type HistoryEntry } from '../../contract/schemas/history.ts'
import { MemoryDocumentStore } from '../documents/testing/memory-document-store.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { maximumHistoryFileBytes } from './history-document.ts'
import { maximumHistoryTotalText, SendHistory } from './send-history.ts'

const entry = (text: string, sentAtUnixMs: number, mode: 'text' | 'hex' = 'text'): HistoryEntry => ({
  message: {
    content: mode === 'hex' ? { mode, hex: text } : { mode, text, encoding: 'utf-8', lineEnding: 'lf' },
    computed: [],
    framed: true,
  },
  sentAtUnixMs,
})

const textOf = ({ message: { content } }: HistoryEntry): string => (content.mode === 'text' ? content.text : '')

interface Opened {
  readonly store: MemoryDocumentStore
  readonly clock: ManualClock
  readonly problems: ErrorShape[]
  readonly history: SendHistory
}

function openHistory(store = new MemoryDocumentStore()): Opened {
  const clock = new ManualClock()
  const problems: ErrorShape[] = []
  return {
    store,
    clock,
    problems,
    history: new SendHistory({ store, clock, onProblem: (error) => problems.push(error) }),
  }
}

const textsOf = async (history: SendHistory): Promise<string[]> => (await history.list()).map(textOf)

describe('the send history', () => {
  it('gives the newest first, and equal ones that follow each other once', async () => {
    const { history } = openHistory()
    await history.add(entry('a', 1))
    await history.add(entry('b', 2))
    await history.add(entry('b', 3))
    await history.add(entry('b', 4, 'hex'))
    await history.add(entry('a', 5))
    expect(await history.list()).toEqual([entry('a', 5), entry('b', 4, 'hex'), entry('b', 3), entry('a', 1)])
  })

  it('is there again after a restart', async () => {
    const { store, history } = openHistory()
    await history.add(entry('a', 1))
    await history.add(entry('b', 2))
    await history.close()
    expect(await textsOf(openHistory(store).history)).toEqual(['b', 'a'])
  })

  it('is written once for a burst, half a second later', async () => {
    const { store, clock, history } = openHistory()
    await history.add(entry('a', 1))
    clock.advance(400)
    await history.add(entry('b', 2))
    const before = store.updateCount
    clock.advance(100)
    await history.close()
    expect([before, store.updateCount]).toEqual([0, 1])
  })

  it('keeps what two windows add', async () => {
    const store = new MemoryDocumentStore()
    const [one, other] = [openHistory(store).history, openHistory(store).history]
    await one.add(entry('a', 1))
    await other.add(entry('b', 2))
    await one.add(entry('c', 3))
    await one.close()
    await other.close()
    expect(await textsOf(openHistory(store).history)).toEqual(['c', 'b', 'a'])
  })

  it('is empty once cleared, also on disk', async () => {
    const { store, history } = openHistory()
    await history.add(entry('a', 1))
    await history.close()
    await history.clear()
    await history.add(entry('b', 2))
    await history.close()
    expect(await textsOf(openHistory(store).history)).toEqual(['b'])
  })

  it('stays within its limits', async () => {
    const { store, history } = openHistory()
    for (let index = 0; index < maximumHistoryEntries + 5; index++) await history.add(entry(`${index}`, index))
    expect((await textsOf(history)).at(-1)).toBe('5')
    for (let index = 0; index < 40; index++) {
      await history.add(entry('ab'.charAt(index % 2).repeat(maximumHistoryText - 200), 1_000 + index))
    }
    await history.close()
    const kept = await history.list()
    expect({
      count: kept.length,
      text: kept.reduce((total, { message }) => total + JSON.stringify(message).length, 0) <= maximumHistoryTotalText,
      readable: JSON.stringify(store.document, null, 2).length < maximumHistoryFileBytes,
    }).toEqual({ count: 32, text: true, readable: true })
  })

  it('leaves out what is longer than it keeps', async () => {
    const { history } = openHistory()
    await history.add(entry('a'.repeat(maximumHistoryText), 1))
    expect(await history.list()).toEqual([])
  })

  it('takes over what the first version wrote', async () => {
    const entries = [
      { mode: 'text', text: 'GET\\n', lineEnding: 'crlf', sentAtUnixMs: 2 },
      { mode: 'hex', text: '00 01', lineEnding: 'lf', sentAtUnixMs: 1 },
    ]
    const { store, history, problems } = openHistory(
      new MemoryDocumentStore({ kind: 'value', value: { schemaVersion: 1, entries } }),
    )
    const taken = [
      {
        message: {
          content: { mode: 'text', text: 'GET\\n', encoding: 'utf-8', lineEnding: 'crlf' },
          computed: [],
          framed: true,
        },
        sentAtUnixMs: 2,
      },
      entry('00 01', 1, 'hex'),
    ]
    expect({ list: await history.list(), problems }).toEqual({ list: taken, problems: [] })
    await history.add(entry('new', 3))
    await history.close()
    expect(store.document).toEqual({
      kind: 'value',
      value: { schemaVersion: 2, entries: [entry('new', 3), ...taken] },
    })
  })

  it('tells messages apart by all that is composed', async () => {
    const { history } = openHistory()
    const plain = entry('a', 1)
    await history.add(plain)
    await history.add({ message: { ...plain.message, framed: false }, sentAtUnixMs: 2 })
    expect((await history.list()).map(({ sentAtUnixMs }) => sentAtUnixMs)).toEqual([2, 1])
  })

  it('loses no message and is in the order of time, whatever is added in which window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(3), fc.nat(1)), { minLength: 1, maxLength: 40 }), async (additions) => {
        const store = new MemoryDocumentStore()
        const windows = [openHistory(store).history, openHistory(store).history]
        for (const [index, [text, by]] of additions.entries()) await windows[by]?.add(entry(`${text}`, index))
        for (const window of windows) await window.close()
        const kept = await openHistory(store).history.list()
        const times = kept.map(({ sentAtUnixMs }) => sentAtUnixMs)
        expect(times).toEqual([...times].sort((one, other) => other - one))
        expect(times[0]).toBe(additions.length - 1)
        expect(kept.every((one) => textOf(one) === `${additions[one.sentAtUnixMs]?.[0]}`)).toBe(true)
        expect(new Set(kept.map(textOf))).toEqual(new Set(additions.map(([text]) => `${text}`)))
        expect(
          kept.some((one, index) => kept[index + 1] !== undefined && textOf(one) === textOf(kept[index + 1] ?? one)),
        ).toBe(false)
      }),
    )
  })
})

describe('a history file that cannot be used', () => {
  it.each([
    [{ kind: 'unreadable', reason: 'Line 3 is not JSON.' } as const, 'Line 3 is not JSON.'],
    [{ kind: 'value', value: { schemaVersion: 1, entries: 7 } } as const, 'entries: Expected Array but received 7.'],
    [{ kind: 'value', value: { schemaVersion: 3 } } as const, 'It was written by a newer Wirebench (format 3).'],
  ])('is set aside and reported (%#)', async (document, reason) => {
    const { store, history, problems } = openHistory(new MemoryDocumentStore(document))
    await history.add(entry('a', 1))
    await history.close()
    expect({ list: await textsOf(history), aside: store.setAsideDocuments, problems }).toMatchObject({
      list: ['a'],
      aside: [document],
      problems: [
        {
          code: 'file-unreadable',
          data: { reason: `${reason} It was kept as document.json.broken, and the history begins anew.` },
        },
      ],
    })
  })

  it('is told once while the disk is full, and nothing is lost', async () => {
    const { store, clock, history, problems } = openHistory()
    store.refusal = new WirebenchError('disk-full', { file: 'document.json' })
    await history.add(entry('a', 1))
    clock.advance(500)
    await history.add(entry('b', 2))
    await history.close()
    store.refusal = null
    await history.add(entry('c', 3))
    await history.close()
    expect({ kept: await textsOf(openHistory(store).history), problems: problems.map(({ code }) => code) }).toEqual({
      kept: ['c', 'b', 'a'],
      problems: ['disk-full'],
    })
  })

  it('is not overwritten when it broke while in use', async () => {
    const { store, history, problems } = openHistory()
    await history.add(entry('a', 1))
    store.document = { kind: 'unreadable', reason: 'It is empty.' }
    await history.close()
    expect([store.document, problems.map(({ code }) => code)]).toEqual([
      { kind: 'unreadable', reason: 'It is empty.' },
      ['file-unwritable'],
    ])
  })
})
