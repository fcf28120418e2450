import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import { maximumHistoryEntries, maximumHistoryText, type HistoryEntry } from '../../contract/schemas/history.ts'
import { MemoryDocumentStore } from '../documents/testing/memory-document-store.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { maximumHistoryFileBytes, maximumHistoryTotalText, SendHistory } from './send-history.ts'

const entry = (text: string, sentAtUnixMs: number, mode: HistoryEntry['mode'] = 'text'): HistoryEntry => ({
  mode,
  text,
  lineEnding: 'lf',
  sentAtUnixMs,
})

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

const textsOf = async (history: SendHistory): Promise<string[]> => (await history.list()).map(({ text }) => text)

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
      await history.add(entry(String.fromCharCode(index % 2).repeat(maximumHistoryText), 1_000 + index))
    }
    await history.close()
    const kept = await history.list()
    expect({
      count: kept.length,
      text: kept.reduce((total, { text }) => total + text.length, 0) <= maximumHistoryTotalText,
      readable: JSON.stringify(store.document, null, 2).length < maximumHistoryFileBytes,
    }).toEqual({ count: 32, text: true, readable: true })
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
        expect(kept.every(({ text, sentAtUnixMs }) => text === `${additions[sentAtUnixMs]?.[0]}`)).toBe(true)
        expect(new Set(kept.map(({ text }) => text))).toEqual(new Set(additions.map(([text]) => `${text}`)))
        expect(kept.some(({ text }, index) => text === kept[index + 1]?.text)).toBe(false)
      }),
    )
  })
})

describe('a history file that cannot be used', () => {
  it.each([
    [{ kind: 'unreadable', reason: 'Line 3 is not JSON.' } as const, 'Line 3 is not JSON.'],
    [{ kind: 'value', value: { schemaVersion: 1, entries: 7 } } as const, 'entries: Expected Array but received 7.'],
    [{ kind: 'value', value: { schemaVersion: 2 } } as const, 'It was written by a newer Wirebench (format 2).'],
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
