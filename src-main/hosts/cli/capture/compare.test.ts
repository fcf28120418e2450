import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CaptureStore } from '../../../capture/capture-store.ts'
import { SystemClock } from '../../../sockets/system-clock.ts'
import { startCli } from '../testing/test-io.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'wirebench-compare-'))))
afterAll(async () => rm(folder, { recursive: true, force: true }))

async function capture(lines: readonly string[]): Promise<string> {
  const store = await CaptureStore.open({
    folder: join(folder, 'captures'),
    clock: new SystemClock(),
    programVersion: '1',
  })
  const made = await store.create({ name: 'compared' })
  for (const line of lines) made.recordSent(1, new TextEncoder().encode(`${line}\n`))
  await store.close()
  return made.captureId
}

const compare = async (...more: string[]) => {
  const running = startCli(['capture', 'compare', ...more, '--data-dir', folder])
  const exitCode = await running.exitCode
  return { exitCode, lines: running.stdout().trimEnd().split('\n') }
}

test('pairs the messages of two captures, and its exit code says whether they are the same', async () => {
  const left = await capture(['hello', 'value 1', 'bye'])
  const right = await capture(['hello', 'value 2', 'more', 'bye'])
  const options = ['--direction', 'sent', '--framing', 'lf']
  expect(await compare(left, right, ...options)).toEqual({
    exitCode: 1,
    lines: [
      '=\t0\thello',
      '!\t1\tvalue 1\t1\tvalue 2',
      '+\t2\tmore',
      '=\t2\tbye',
      '2 same, 1 changed, 0 only in the first, 1 only in the second',
    ],
  })
  const told = await compare(left, right, ...options, '--differences', '--json')
  expect([told.exitCode, told.lines.map((line) => JSON.parse(line) as unknown)]).toMatchObject([
    1,
    [
      { event: 'pair', number: 1, kind: 'changed', left: { hex: '76616c75652031' }, right: { hex: '76616c75652032' } },
      { event: 'pair', number: 2, kind: 'right-only', left: null, right: { hex: '6d6f7265' } },
      { event: 'summary', same: 2, changed: 1, leftOnly: 0, rightOnly: 1, limited: false },
    ],
  ])
  expect((await compare(left, left, ...options)).exitCode).toBe(0)
  expect((await compare(left, right)).exitCode).toBe(0)
  expect((await compare(left)).exitCode).toBe(2)
})
