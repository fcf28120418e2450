import { execFileSync, spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CaptureStore } from '../../capture/capture-store.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import { makeTemporaryFolder } from '../testing/engine-driver.ts'
import { startCli } from './testing/test-io.ts'

let folder: string

beforeEach(async () => {
  folder = await makeTemporaryFolder()
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const bytes = (value: string): Uint8Array => Buffer.from(value, 'latin1')

/** Keeps a capture of chunks, each sent by a connection. */
async function keep(chunks: readonly (readonly [number, string])[]): Promise<string> {
  const store = await CaptureStore.open({
    folder: join(folder, 'captures'),
    clock: new SystemClock(),
    programVersion: 'test',
  })
  const capture = await store.create({ name: 'search' })
  for (const [connection, value] of chunks) capture.recordSent(connection, bytes(value))
  await capture.close()
  await store.close()
  return capture.captureId
}

async function search(captureId: string, ...options: readonly string[]) {
  const cli = startCli(['capture', 'search', captureId, ...options, '--data-dir', folder])
  return { exitCode: await cli.exitCode, cli }
}

it('tells every place as a JSON line, then the sum', async () => {
  const captureId = await keep([
    [1, 'a nee'],
    [2, 'other needle'],
    [1, 'dle, Needle'],
  ])
  const { exitCode, cli } = await search(captureId, '--text', 'needle', '--ignore-case', '--json')
  expect(exitCode).toBe(0)
  const hit = { event: 'hit', direction: 'sent', length: 6 }
  expect(cli.lines()).toMatchObject([
    {
      ...hit,
      number: 0,
      connection: 1,
      record: 0,
      offsetInRecord: 2,
      streamOffset: 2,
      before: '6120',
      hex: '6e6565646c65',
    },
    { ...hit, number: 1, connection: 2, record: 1, offsetInRecord: 6, streamOffset: 11, after: '' },
    { ...hit, number: 2, connection: 1, record: 2, offsetInRecord: 5, streamOffset: 22, hex: '4e6565646c65' },
    { event: 'summary', hitCount: 3, complete: true },
  ])
  const one = await search(captureId, '--hex', '6e 65 ?? 6?', '--connection', '2', '--json')
  expect(one.cli.lines()).toMatchObject([
    { number: 0, connection: 2 },
    { event: 'summary', hitCount: 1 },
  ])
  const limited = await search(captureId, '--regex', '[Nn]eedle', '--limit', '1', '--json')
  expect(limited.cli.lines()).toMatchObject([{ number: 0 }, { event: 'summary' }])
  const counted = await search(captureId, '--text', 'e', '--count')
  expect([counted.exitCode, counted.cli.stdout()]).toEqual([0, '10\n'])
  const sized = await search(captureId, '--text', 'e', '--min-bytes', '12', '--count')
  expect(sized.cli.stdout()).toBe('4\n')
})

it('says by its exit code what was not found, and what is no search', async () => {
  const captureId = await keep([[1, 'nothing']])
  const absent = await search(captureId, '--text', 'needle')
  expect([absent.exitCode, absent.cli.stdout(), absent.cli.stderr()]).toEqual([1, '', '0 found.\n'])
  for (const options of [
    [],
    ['--text', 'a', '--hex', '61'],
    ['--hex', 'zz'],
    ['--regex', '('],
    ['--text', ''],
    ['--hex', '61', '--ignore-case'],
    ['--text', 'a', '--connection', 'x'],
    ['--text', 'a', '--from', '1e9'],
    ['--text', 'a', '--encoding', 'nothing'],
    ['--text', 'a', '--direction', 'up'],
  ]) {
    expect([options, (await search(captureId, ...options)).exitCode]).toEqual([options, 2])
  }
})

const hasGrep = spawnSync('grep', ['-P', 'a'], { input: 'a' }).status === 0

it.runIf(hasGrep)('finds what grep finds in the same bytes (skipped where there is no grep -P)', async () => {
  const value = Array.from({ length: 20_000 }, (_, at) => String.fromCharCode((at * at * 31 + (at >> 3)) & 0xff)).join(
    '',
  )
  const chunks: [number, string][] = []
  for (let at = 0; at < value.length; at += 7) chunks.push([1, value.slice(at, at + 7)])
  const captureId = await keep(chunks)
  const file = join(folder, 'raw')
  await writeFile(file, bytes(value))
  for (const [option, pattern, grepPattern] of [
    ['--hex', '41 ??', '\\x41[^\\n]'],
    ['--regex', '[\\x80-\\x8f]+[a-z]', '[\\x80-\\x8f]+[a-z]'],
    ['--regex', '\\d\\w', '\\d\\w'],
  ] as const) {
    const { cli } = await search(captureId, option, pattern, '--json')
    const found = cli.lines().flatMap(({ streamOffset, hex }) => (hex === undefined ? [] : [[streamOffset, hex]]))
    const output = execFileSync('grep', ['-obUaP', grepPattern, file], { env: { ...process.env, LC_ALL: 'C' } })
    const expected = output
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const colon = line.indexOf(':')
        return [Number(line.slice(0, colon)), Buffer.from(line.slice(colon + 1), 'latin1').toString('hex')]
      })
    expect(expected.length).toBeGreaterThan(10)
    const inLines = option === '--hex' ? found.filter(([, hex]) => !String(hex).endsWith('0a')) : found
    expect(inLines).toEqual(expected)
  }
})
