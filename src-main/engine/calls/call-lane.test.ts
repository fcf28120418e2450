import { expect, test } from 'vitest'
import * as v from 'valibot'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { callSettings } from '../../contract/schemas/call-settings.ts'
import { createCallMachine } from '../../protocol/command-rpc/create-call-machine.ts'
import { M2SequenceGenerator } from '../../protocol/m2/m2-sequence.ts'
import { CallBook } from './call-book.ts'
import { CallLane } from './call-lane.ts'
import { CallLedger } from './call-ledger.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A lane of JSON-RPC whose peer reads nothing. */
function make(serverCalls: 'refuse' | 'by-hand') {
  const clock = new ManualClock()
  const ledger = new CallLedger(clock)
  const settings = v.parse(callSettings, { protocol: 'jsonrpc', serverCalls })
  let unsentBytes = 0
  const lane = new CallLane({
    ...{ clock, ledger, book: new CallBook(ledger, { onEnded: () => undefined }) },
    machine: createCallMachine(settings, new M2SequenceGenerator()),
    line: {
      ...{ connection: 1, isOpen: true },
      get unsentBytes() {
        return unsentBytes
      },
      send: (bytes) => void (unsentBytes += bytes.length),
      end: () => undefined,
    },
    refusesServerCalls: serverCalls === 'refuse',
    onRest: () => undefined,
  })
  const newest = () => {
    const filter = { command: '', outcome: 'all' } as const
    return ledger.window({ filter, skip: 0, count: 1, previewUnits: 200 }).entries[0]
  }
  return { lane, ledger, newest, unsentBytes: () => unsentBytes }
}

test('refusals to a peer that calls and does not read are bounded, and told', () => {
  const { lane, ledger, newest, unsentBytes } = make('refuse')
  const calls = bytesOf('{"jsonrpc":"2.0","method":"m","id":1}\n'.repeat(1000))
  lane.received(calls, 0)
  expect(newest()?.note).toBe('Refused: calls of the peer are not answered by hand.')
  for (let index = 1; index < 30; index++) lane.received(calls, index * calls.length)
  expect([unsentBytes() < 1_100_000, ledger.entryCount]).toEqual([true, 30_000])
  expect(newest()).toMatchObject({ state: 'sent', note: 'Not answered: the peer does not read what is sent.' })
})

test('identifiers of the peer are kept in bounded length, whatever it sends', () => {
  const { lane, newest } = make('by-hand')
  const long = 'i'.repeat(100_000)
  lane.received(bytesOf(`{"jsonrpc":"2.0","method":"m","id":"${long}"}\n`), 0)
  expect(newest()).toMatchObject({
    ...{ state: 'sent', correlation: `"${'i'.repeat(999)}` },
    note: 'Not answered: its identifier is longer than 1000 characters.',
  })
  lane.received(bytesOf(`{"jsonrpc":"2.0","result":1,"id":"${long}"}\n`), 0)
  expect(newest()).toMatchObject({ kind: 'unmatched', correlation: `"${'i'.repeat(999)}` })
  lane.received(bytesOf('{"jsonrpc":"2.0","method":"m","id":"short"}\n'), 0)
  expect(newest()).toMatchObject({ state: 'to-answer', correlation: '"short"' })
})
