import { page } from 'vitest/browser'
import { afterEach, describe, expect, it } from 'vitest'
import { render } from 'vitest-browser-svelte'
import type { CommandHandlers } from '../../../src-main/contract/command-handlers.ts'
import { describeError } from '../../../src-main/contract/errors.ts'
import type { ReadOutcome, ReadRequest } from '../../../src-main/contract/schemas/reading.ts'
import { SessionState } from '../../state/session-state.svelte.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import ReadingBar from './ReadingBar.svelte'

let workbench: Workbench
afterEach(() => workbench.close())

interface Asked {
  readonly request: ReadRequest
  readonly timeoutMs: number | null
}

/** The bar of a session that reads by hand; reads are answered in turn, by null never. */
async function show(
  outcomes: (ReadOutcome | null)[],
): Promise<{ asked: Asked[]; modes: unknown[]; aborted: boolean[]; session: SessionState }> {
  const engine = new FakeEngine()
  const seen = { asked: [] as Asked[], modes: [] as unknown[], aborted: [] as boolean[] }
  const link = engine.open()
  workbench = new Workbench(link)
  await workbench.structures.start()
  const opened = await link.call('session.open', { settings: { host: '127.0.0.1', port: 4001 } })
  const manual = {
    mode: 'manual',
    readSizeBytes: 8096,
    isReading: false,
    heldBytes: 5,
    serviceIntervalMs: null,
  } as const
  const setReading: CommandHandlers['session.set-reading'] = ({ reading }) => {
    seen.modes.push(reading)
    return { ...opened, reading: reading.mode === 'manual' ? { ...manual, ...reading } : reading }
  }
  const read: CommandHandlers['session.read'] = ({ request, timeoutMs }, { signal }) => {
    seen.asked.push({ request, timeoutMs })
    const outcome = outcomes.shift()
    if (outcome !== null && outcome !== undefined) return outcome
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        seen.aborted.push(true)
        resolve({ kind: 'nothing' })
      })
    })
  }
  engine.answers = { 'session.set-reading': setReading, 'session.read': read }
  const session = new SessionState(link, workbench.captures, { ...opened, reading: manual })
  void render(ReadingBar, { session, workbench })
  return { ...seen, session }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const got = (text: string, atEnd = false): ReadOutcome => ({
  kind: 'read',
  bytes: bytes(text),
  value: null,
  atEnd,
  pieces: [],
})
const button = (name: string) => page.getByRole('button', { name, exact: true })
const field = (name: string) => page.getByLabelText(name, { exact: true })
const results = () => page.getByRole('list', { name: 'Results of reads' })

describe('reading by hand', () => {
  it('says that the socket is paused and what is held', async () => {
    await show([])
    await expect.element(page.getByText('Socket paused')).toBeVisible()
    await expect.element(page.getByText('5 bytes held for the next read')).toBeVisible()
    await expect.element(results()).toHaveTextContent('Nothing was read yet.')
  })

  it('reads in pieces and counts them against what is expected, until the peer closes', async () => {
    const { asked, modes } = await show([got('x'.repeat(16)), got('x'.repeat(8)), got('', true)])
    await field('Bytes').fill('16')
    await field('Read size').fill('16')
    await field('Expected').fill('42')
    for (const counted of ['16 of 42 read', '24 of 42 read', '24 of 42 read, peer closed']) {
      await button('Read').click()
      await expect.element(page.getByRole('status')).toHaveTextContent(new RegExp(`^${counted}$`))
    }
    expect([asked[0], modes]).toEqual([
      { request: { kind: 'up-to', byteCount: 16 }, timeoutMs: null },
      [{ mode: 'manual', readSizeBytes: 16, serviceIntervalMs: null }],
    ])
    await field('Expected').fill('20')
    await expect.element(page.getByRole('status')).toHaveTextContent('24 of 20 read, 4 more than expected, peer closed')
    await button('Clear').click()
    await expect.element(page.getByRole('status')).toHaveTextContent('0 of 20 read')
  })

  it('shows the value, or the failure with its code and the partial bytes', async () => {
    const error = describeError('read-incomplete', { receivedBytes: 4, expectedBytes: null })
    const { asked } = await show([
      { kind: 'read', bytes: bytes('hi\r\n'), value: { kind: 'text', text: 'hi' }, atEnd: false, pieces: [] },
      { kind: 'failed', error, bytes: bytes('half') },
    ])
    await field('What to read').selectOptions('A terminated text')
    await field('Timeout').fill('500')
    await button('Read').click()
    await expect.element(results().getByText('hi', { exact: true })).toBeVisible()
    await button('Read').click()
    await expect.element(results()).toHaveTextContent(/before the separator came.*read-incomplete.*4 bytes.*half/)
    expect(asked[0]).toEqual({
      request: { kind: 'text', terminator: Uint8Array.of(13, 10), encoding: 'utf-8', limitBytes: 65_536 },
      timeoutMs: 500,
    })
  })

  it('polls once', async () => {
    const { asked } = await show([{ kind: 'nothing' }])
    await button('Poll once').click()
    await expect.element(results()).toHaveTextContent('Nothing to read')
    expect(asked).toEqual([{ request: { kind: 'poll', byteCount: 256 }, timeoutMs: null }])
  })

  it('tells what is wrong at the field, and then reads nothing', async () => {
    const { asked } = await show([])
    await field('Bytes').fill('many')
    await button('Read').click()
    await expect.element(field('Bytes')).toHaveAccessibleDescription('Enter 1 to 16,777,216.')
    await field('What to read').selectOptions('Until a separator')
    await field('Notation of the separator').selectOptions('Hex')
    await field('Separator').fill('0')
    await expect.element(field('Separator')).toHaveAttribute('aria-invalid', 'true')
    await button('Read').click()
    expect(asked).toEqual([])
  })

  it('takes a read that waits back', async () => {
    const { aborted } = await show([null])
    await button('Read').click()
    await expect.element(page.getByText('Waiting for the peer')).toBeVisible()
    await button('Cancel the read').click()
    await expect.element(results()).toHaveTextContent('cancelled')
    await expect.element(button('Read')).toBeEnabled()
    await expect.poll(() => aborted).toEqual([true])
  })

  it('services once, and tells the pieces', async () => {
    const outcome: ReadOutcome = {
      kind: 'read',
      bytes: bytes('x'.repeat(42)),
      value: null,
      atEnd: false,
      pieces: [16, 16, 10],
    }
    const { asked } = await show([outcome, { kind: 'nothing' }])
    await field('What to read').selectOptions('Service once: all that is there')
    await button('Read').click()
    await expect.element(results()).toHaveTextContent(/Service once.*42 bytes.*in pieces 16, 16, 10/)
    await button('Read').click()
    await expect.element(results()).toHaveTextContent('Nothing to read')
    expect(asked.map(({ request }) => request)).toEqual([{ kind: 'service' }, { kind: 'service' }])
  })

  it('chooses the read size, and how often it is serviced by itself', async () => {
    const { modes } = await show([])
    await button('Usual read sizes').click()
    await page.getByRole('menuitem', { name: '256 B' }).click()
    await expect.element(field('Read size')).toHaveValue('256')
    await button('Usual service intervals').click()
    await page.getByRole('menuitem', { name: '31.25 ms (1/32 s)' }).click()
    await expect.element(page.getByText('Serviced every 31.25 ms')).toBeVisible()
    await field('Service every').fill('0')
    await field('Read size').click()
    await expect.element(field('Service every')).toHaveAccessibleDescription('Enter 1 to 3,600,000 ms, or nothing.')
    await field('Service every').fill('')
    await field('Read size').click()
    await expect.element(page.getByText('Socket paused')).toBeVisible()
    expect(modes).toEqual([
      { mode: 'manual', readSizeBytes: 256, serviceIntervalMs: null },
      { mode: 'manual', readSizeBytes: 256, serviceIntervalMs: 31.25 },
      { mode: 'manual', readSizeBytes: 256, serviceIntervalMs: null },
    ])
  })

  it('says that the peer has ended before a read meets the end', async () => {
    const { session } = await show([got('', true)])
    const { flags } = session.snapshot
    session.takeSnapshot({ ...session.snapshot, state: 'open', flags: { ...flags, cutOff: true } })
    await expect.element(page.getByText('The peer has ended; not read yet')).toBeVisible()
    await button('Read').click()
    await expect.element(page.getByText('The peer has ended; not read yet')).not.toBeInTheDocument()
  })

  it('goes back to automatic', async () => {
    const { modes } = await show([])
    await button('Read automatically').click()
    await expect.poll(() => modes).toEqual([{ mode: 'automatic' }])
  })
})
