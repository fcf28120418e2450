import { expect, test } from 'vitest'
import * as v from 'valibot'
import { structureDefinition } from '../../contract/schemas/structure.ts'
import type { KnownStructure } from '../../protocol/message/composition.ts'
import { RunBench, textMessage } from '../testing/run-bench.ts'
import { createLimitedExpression } from '../expressions/limited-expression.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const send = (text: string) => ({ kind: 'send' as const, message: textMessage(text) })

test('repeating keeps its times over an hour, without drift', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  bench.start(session, { kind: 'repeat', message: textMessage('x'), intervalMs: 1000, count: 3600 })
  await bench.bench.settle()
  const writes: number[] = []
  for (let second = 0; second < 3599; second++) {
    // Every other turn comes 3 ms late: what is late once must not stay late.
    bench.bench.clock.advance(second % 2 === 0 ? 1003 : 997)
    await bench.bench.settle()
    writes.push(bench.run.sentCount)
    bench.bench.dialer.last.handlers.onAccepted(1)
  }
  expect([writes.every((count, second) => count === second + 2), bench.run.state, bench.run.sentCount]).toEqual([
    true,
    'done',
    3600,
  ])
})

test('late sendings go out at once and count as late', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  bench.start(session, { kind: 'repeat', message: textMessage('x'), intervalMs: 10, count: null })
  await bench.bench.settle()
  bench.bench.clock.advance(35)
  await bench.bench.settle()
  const behind = bench.run
  bench.bench.clock.advance(5)
  await bench.bench.settle()
  expect([behind.sentCount, behind.lateness?.worstMs, bench.run.sentCount]).toEqual([4, 25, 5])
  const stopped = bench.runs.stop(behind.runId)
  await bench.bench.pass(100)
  expect([stopped.state, bench.run.sentCount, bench.run.elapsedMs]).toEqual(['stopped', 5, 40])
})

test('after a long gap the plan is shifted: no burst, no drift, and the count stays', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  bench.start(session, { kind: 'repeat', message: textMessage('x'), intervalMs: 10, count: 8 })
  await bench.bench.settle()
  const counts: number[] = []
  for (const stepMs of [10, 60_003, 9, 1, 35, 4, 1, 20]) {
    bench.bench.clock.advance(stepMs)
    await bench.bench.settle()
    counts.push(bench.run.sentCount)
  }
  expect([counts, bench.run.lateness?.worstMs, bench.run.state]).toEqual([[2, 3, 3, 4, 7, 7, 8, 8], 59_993, 'done'])
})

test('a peer that does not read costs no memory: the run holds back, says so, and goes on', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  const message = textMessage('x'.repeat(1_000_000))
  bench.start(session, { kind: 'repeat', message, intervalMs: 1, count: 20 })
  await bench.bench.pass(1000)
  const held = bench.run
  const unsent = session.counters().unsentBytes
  while (bench.run.state === 'running') {
    bench.bench.dialer.last.handlers.onAccepted(Math.min(65_536, session.counters().unsentBytes))
    await bench.bench.pass(10)
  }
  expect([
    held.state,
    held.error?.code,
    held.sentCount,
    unsent,
    bench.run.state,
    bench.run.error,
    bench.run.sentCount,
  ]).toEqual(['running', 'peer-not-reading', 5, 5_000_000, 'done', null, 20])
})

test('a sequence: send, wait and capture, send what was captured', async () => {
  const bench = await RunBench.make()
  bench.saved.set('saved', { kind: 'message', message: textMessage('again {{$captured token}}') })
  const session = await bench.connected()
  const { last } = bench.bench.dialer
  last.receive(bytes('token=stale;'))
  bench.start(session, {
    kind: 'sequence',
    steps: [
      send('hello'),
      {
        kind: 'wait',
        condition: { kind: 'regular-expression', pattern: 'token=(\\w+);' },
        captures: [{ name: 'token', from: { kind: 'group', group: 1 } }],
      },
      { kind: 'pause', durationMs: 50 },
      { kind: 'send-saved', entryId: 'saved' },
    ],
  })
  await bench.bench.settle()
  last.receive(bytes('token=fr'))
  last.receive(bytes('esh;'))
  await bench.bench.pass(60)
  const { state, sentCount, captured, results, plannedCount } = bench.run
  expect([
    last.log,
    state,
    sentCount,
    plannedCount,
    captured,
    results.map(({ outcome, detail }) => [outcome, detail]),
  ]).toEqual([
    ['write 5', 'write 11'],
    'done',
    2,
    2,
    { token: 'fresh' },
    [
      ['sent', null],
      ['matched', 'token=fresh;'],
      ['paused', null],
      ['sent', null],
    ],
  ])
  expect(bench.told.at(-1)?.state).toBe('done')
})

test.each([
  ['1000 characters are shown', 'a'.repeat(1000), 'a'.repeat(1000)],
  ['of more the first 1000', 'a'.repeat(1001), `${'a'.repeat(1000)}…`],
  ['of more no half character', `${'a'.repeat(999)}😀`, `${'a'.repeat(999)}…`],
])('a captured value: %s; all of it is sent and kept', async (_name, value, shown) => {
  const bench = await RunBench.make()
  bench.interpret({ received: { framing: { kind: 'm2' } } })
  const session = await bench.connected()
  const { last } = bench.bench.dialer
  bench.start(session, {
    kind: 'sequence',
    steps: [
      {
        kind: 'wait',
        condition: { kind: 'json-path', path: '$.v' },
        captures: [{ name: 'v', from: { kind: 'json-path', path: '$.v' } }],
      },
      send('{{$captured v}}'),
    ],
  })
  last.receive(bytes(`${JSON.stringify({ v: value })}\r\n`))
  await bench.bench.settle()
  expect([
    bench.run.captured,
    bench.told.at(-1)?.captured,
    bench.messages.context(session.sessionId).captured,
    last.log,
  ]).toEqual([{ v: shown }, { v: shown }, { v: value }, [`write ${bytes(value).length}`]])
})

test('a reply that comes before its wait begins counts', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  const { last } = bench.bench.dialer
  bench.start(session, {
    kind: 'sequence',
    steps: [send('a'), { kind: 'pause', durationMs: 50 }, { kind: 'wait', condition: { kind: 'text', text: 'pong' } }],
  })
  await bench.bench.settle()
  last.receive(bytes('pong'))
  await bench.bench.pass(100)
  expect(bench.run.state).toBe('done')
})

test('JSON in the framing for what is received', async () => {
  const bench = await RunBench.make()
  bench.interpret({ received: { framing: { kind: 'm2' } } })
  const session = await bench.connected()
  bench.start(session, {
    kind: 'sequence',
    steps: [
      {
        kind: 'wait',
        condition: { kind: 'json-path', path: '$.sequence_id', equals: '1' },
        captures: [{ name: 'id', from: { kind: 'json-path', path: '$.id' } }],
      },
    ],
  })
  bench.bench.dialer.last.receive(bytes('{"id":"ack","sequence_id":2}\r\n{"id":"suc'))
  bench.bench.dialer.last.receive(bytes('cess","sequence_id":1}\r\n'))
  expect([bench.run.state, bench.run.captured]).toEqual(['done', { id: 'success' }])
})

test('messages that end by silence', async () => {
  const bench = await RunBench.make()
  bench.interpret({ received: { framing: { kind: 'idle-gap', idleGapMs: 20 } } })
  const session = await bench.connected()
  bench.start(session, { kind: 'sequence', steps: [{ kind: 'wait', condition: { kind: 'frames', count: 1 } }] })
  bench.bench.dialer.last.receive(bytes('abc'))
  const before = bench.run.state
  await bench.bench.pass(30)
  expect([before, bench.run.state]).toEqual(['running', 'done'])
})

test.each<[string, (bench: RunBench) => void, string]>([
  ['in time', () => undefined, 'wait-timeout'],
  ['when the peer ends', (bench) => bench.bench.dialer.last.handlers.onPeerEnded(), 'closed-early'],
  ['when the connection ends', (bench) => bench.bench.dialer.last.close(), 'closed-early'],
])('what does not come %s fails the run', async (_, act, code) => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  bench.start(session, {
    kind: 'sequence',
    steps: [{ kind: 'wait', condition: { kind: 'text', text: 'x' }, timeoutMs: 200 }],
  })
  await bench.bench.pass(100)
  act(bench)
  await bench.bench.pass(150)
  expect([bench.run.state, bench.run.error?.code]).toEqual(['failed', code])
})

test('what cannot be composed fails the run with the reason', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  bench.start(session, { kind: 'sequence', steps: [{ kind: 'send-saved', entryId: 'gone' }] })
  await bench.bench.settle()
  const gone = bench.run.error?.code
  bench.start(session, { kind: 'repeat', message: textMessage('{{nope}}'), intervalMs: 1, count: null })
  await bench.bench.settle()
  expect([gone, bench.run.state, bench.run.error?.code]).toEqual([
    'library-entry-not-found',
    'failed',
    'variable-unknown',
  ])
})

test('nothing goes out once a run was stopped, also when its message was still being read', async () => {
  const bench = await RunBench.make()
  const session = await bench.connected()
  let give: (structure: KnownStructure) => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    bench.structure = () => {
      resolve()
      return new Promise((answer) => (give = answer))
    }
  })
  const message = { content: { mode: 'structure' as const, structureId: 'x' } }
  const { runId } = bench.start(session, { kind: 'sequence', steps: [{ kind: 'send', message }] })
  await asked
  bench.runs.stop(runId)
  const fields = [{ name: 'a', type: { kind: 'integer', integer: 'u8' } }]
  give({ definition: v.parse(structureDefinition, { name: 'A', fields }), library: () => null })
  await bench.bench.settle()
  expect([bench.run.state, bench.bench.dialer.last.log]).toEqual(['stopped', []])
})

test('one run a session; none where nothing is connected; a malformed wait is refused at the start', async () => {
  const bench = await RunBench.make()
  const idle = await bench.opened()
  const session = await bench.connected()
  const pause = { kind: 'sequence' as const, steps: [{ kind: 'pause' as const, durationMs: 1000 }] }
  const wrong = {
    kind: 'sequence' as const,
    steps: [{ kind: 'wait' as const, condition: { kind: 'bytes' as const, hex: 'x' } }],
  }
  expect(() => bench.start(idle, pause)).toThrow(/Connect first/)
  expect(() => bench.start(session, wrong)).toThrow(/malformed/)
  bench.start(session, pause)
  expect(() => bench.start(session, pause)).toThrow(/at work/)
  const closing = bench.bench.registry.close(session.sessionId)
  expect([bench.runs.list(), bench.told.at(-1)?.state]).toEqual([[], 'stopped'])
  bench.bench.dialer.last.handlers.onPeerEnded()
  bench.bench.dialer.last.close()
  await bench.bench.pass(20)
  await closing
})

test('an expression that takes too long is stopped', () => {
  const run = createLimitedExpression()
  const text = `${'a'.repeat(40)}!`
  expect([run(/^(a+)+$/, text), run(/b/, 'abc')?.[0 as never]]).toMatchObject([
    { error: { code: 'pattern-too-slow' } },
    'b',
  ])
})
