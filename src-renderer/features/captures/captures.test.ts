import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import { toastWords } from '../../strings/shell.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
})

afterEach(() => {
  cleanup()
})

async function show(): Promise<void> {
  await page.viewport(1280, 800)
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
  await page.getByRole('button', { name: 'All captures…' }).click()
}

const view = () => page.getByRole('region', { name: 'All captures' })
const grid = () => view().getByRole('grid', { name: 'All captures' })
const row = (name: string) => grid().getByRole('row', { name })
const details = () => view().getByRole('complementary', { name: 'Details of the capture' })
const status = (text: string | RegExp) => page.getByText(text)
const names = (): string[] =>
  grid()
    .getByRole('gridcell')
    .elements()
    .filter((_, at) => at % 9 === 0)
    .map(nameOf)
const nameOf = (cell: Element): string => cell.textContent.trim()
const size = (fileBytes: number) => ({
  totals: { recordCount: 1, streamRowCount: 1, sentBytes: 0, receivedBytes: 0, fileBytes, lastTimeNs: 0 },
})

it('finds captures by text and by tag, and sorts them by a press on a head', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha', notes: 'pump stalled', tags: ['pump'], ...size(10) })
  engine.keptCaptures.add('b', { name: 'Beta', tags: ['night'], ...size(30) })
  engine.keptCaptures.add('c', { name: 'Gamma', ...size(20) })
  await show()
  await grid().getByRole('button', { name: 'Sort by size' }).click()
  expect(names()).toEqual(['Beta', 'Gamma', 'Alpha'])
  await expect.element(grid().getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending')

  await view().getByRole('textbox', { name: 'Search names, notes and tags' }).fill('STALLED')
  await expect.poll(names).toEqual(['Alpha'])
  await view().getByRole('textbox', { name: 'Search names, notes and tags' }).fill('nowhere')
  await expect.element(view()).toHaveTextContent('Nothing matches')
  await view().getByRole('textbox', { name: 'Search names, notes and tags' }).fill('')
  await view().getByRole('combobox', { name: 'Tag' }).selectOptions('night')
  await expect.poll(names).toEqual(['Beta'])
})

it('keeps notes and tags as they are written, also when another row is chosen at once', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha' })
  engine.keptCaptures.add('b', { name: 'Beta' })
  await show()
  await row('Alpha').click()
  await details().getByRole('textbox', { name: 'Notes' }).fill('first line')
  await details().getByRole('textbox', { name: 'Tags' }).fill('pump, night')
  await row('Beta').click()
  const kept = () => engine.keptCaptures.list.map(({ name, notes, tags }) => [name, notes, tags])
  await expect.poll(kept).toEqual([
    ['Alpha', 'first line', ['pump', 'night']],
    ['Beta', '', []],
  ])
  await details().getByRole('textbox', { name: 'Tags' }).fill('x'.repeat(41))
  await expect.element(details()).toHaveTextContent('At most 32 tags of at most 40 characters each.')
  expect(engine.keptCaptures.list[1]?.tags).toEqual([])
})

it('shows an error of keeping at its field, and what is written stays', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha' })
  engine.answers = {
    'capture.annotate': () => {
      throw new WirebenchError('capture-read-only')
    },
  }
  await show()
  await row('Alpha').click()
  const notes = details().getByRole('textbox', { name: 'Notes' })
  await notes.fill('kept here')
  await expect.element(notes).toHaveAttribute('aria-invalid', 'true')
  await expect.element(details()).toHaveTextContent('capture-read-only')
  await expect.element(notes).toHaveValue('kept here')
})

it('deletes several by keyboard, leaves those being written, and undo brings back a file as well', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha', startedAtUnixUs: 3 })
  engine.keptCaptures.add('b', { name: 'Beta', live: true, startedAtUnixUs: 2 })
  engine.keptCaptures.add('file--srv-x', {
    name: 'Elsewhere',
    startedAtUnixUs: 1,
    origin: { kind: 'file', path: '/srv/x', isReadOnly: true },
  })
  await show()
  await row('Alpha').click()
  await userEvent.keyboard('{Shift>}{End}{/Shift}')
  await expect.element(view()).toHaveTextContent('3 captures, 12.3 kB selected')
  await userEvent.keyboard('{Delete}')
  await expect.element(status(/^1 capture still being written/)).toBeVisible()
  await expect.poll(names).toEqual(['Beta'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => names().toSorted()).toEqual(['/srv/x', 'Alpha', 'Beta'])
  expect(engine.calls.filter((call) => call === 'capture.open-file')).toHaveLength(1)
})

it('gives a tag to all that are selected', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha', tags: ['old'] })
  engine.keptCaptures.add('b', { name: 'Beta' })
  await show()
  await row('Alpha').click()
  await userEvent.keyboard('{Control>}a{/Control}')
  await view().getByRole('button', { name: 'Add tag…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Tag' }).fill('night')
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
  await expect.poll(() => engine.keptCaptures.list.map(({ tags }) => tags)).toEqual([['old', 'night'], ['night']])
})

it('checks a capture in its details: how far it is, and what is whole or wrong in bytes and time', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha', ...size(5400) })
  await show()
  await row('Alpha').click()
  const check = details().getByRole('button', { name: 'Check' })
  await check.click()
  const [begun] = engine.jobs.jobs
  expect([begun?.kind, begun?.captureId]).toEqual(['check', 'a'])
  const jobId = begun?.jobId ?? ''
  engine.jobs.change(jobId, { doneBytes: 300 })
  const progress = details().getByRole('progressbar', { name: 'Progress of the check of Alpha' })
  await expect.element(progress).toHaveAttribute('value', '300')
  const result = { captureIds: [], path: null, downloadId: null, fileName: null, byteCount: 5400 }
  engine.jobs.change(jobId, { state: 'done', result: { ...result, notes: [], isWhole: true } })
  await expect.element(details()).toHaveTextContent('Checked 5.4 kB with 1 record: all of it is whole.')
  await expect.element(status('“A capture” is whole.')).toBeVisible()

  // A check made anew takes the place of the one before.
  await check.click()
  await expect.poll(() => engine.jobs.jobs.map((job) => job.state)).toEqual(['running'])
  await details().getByRole('button', { name: 'Cancel' }).click()
  await expect.element(details()).toHaveTextContent('The check was cancelled.')
  await check.click()
  await expect.poll(() => engine.jobs.jobs.map((job) => job.state)).toEqual(['running'])
  const note = '12 received bytes are missing before byte 4096 of the file, at 1.500000000 s.'
  const lastId = engine.jobs.jobs[0]?.jobId ?? ''
  engine.jobs.change(lastId, { state: 'done', result: { ...result, notes: [note], isWhole: false } })
  await expect.element(details().getByRole('list', { name: 'What is wrong with the capture' })).toHaveTextContent(note)
  await page.getByRole('button', { name: 'Show what is wrong' }).click()
  await expect.element(page.getByRole('dialog', { name: 'Jobs' })).toHaveTextContent(note)
})

it('checks no capture that is being written', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha', live: true })
  await show()
  await row('Alpha').click()
  await expect.element(details().getByRole('button', { name: 'Check' })).toBeDisabled()
})

it('draws no more rows than are seen of thousands', async () => {
  for (let index = 0; index < 3000; index += 1) engine.keptCaptures.add(`c${index}`, { startedAtUnixUs: index + 1 })
  await show()
  await expect.element(grid()).toHaveAttribute('aria-rowcount', '3001')
  await expect.poll(() => names().length).toBeGreaterThan(5)
  expect(names().length).toBeLessThan(100)
  await row('c2999').click()
  await userEvent.keyboard('{End}')
  await expect.element(row('c0')).toBeInTheDocument()
})

it('tells in the details what opening the capture found', async () => {
  const { recovery } = engine.keptCaptures.add('w', { name: 'Whole' })
  const loss = { lostFileBytes: 40, afterTimeNs: null, beforeTimeNs: null, lostSentBytes: null, lostReceivedBytes: 24 }
  const losses = [1, 2, 3, 4].map((fileOffset) => ({ ...loss, fileOffset }))
  engine.keptCaptures.add('d', { name: 'Damaged', recovery: { ...recovery, damagedBytes: 160, losses } })
  await show()
  await row('Whole').click()
  await expect.element(details()).toHaveTextContent('It was closed properly and nothing is missing.')
  await row('Damaged').click()
  expect(details().getByRole('listitem').elements()).toHaveLength(4)
  await details().getByRole('button', { name: 'Rebuild index' }).click()
  await expect.element(status('Made the index of “Damaged” anew.')).toBeVisible()
})

it('restores from the trash, and deletes for good only after a question', async () => {
  engine.keptCaptures.add('a', { name: 'Alpha', ...size(2_000_000) })
  engine.keptCaptures.add('b', { name: 'Beta', ...size(3_000_000) })
  await show()
  await row('Alpha').click()
  await userEvent.keyboard('{Control>}a{/Control}{Delete}')
  await view().getByRole('radio', { name: 'Trash' }).click()
  await expect.element(view()).toHaveTextContent('2 captures, 5 MB')
  await view().getByRole('checkbox', { name: 'Select Alpha' }).click()
  await view().getByRole('button', { name: 'Restore' }).click()
  await expect.poll(() => engine.keptCaptures.list.map(({ name }) => name)).toEqual(['Alpha'])

  await view().getByRole('button', { name: 'Empty the trash' }).click()
  await expect
    .element(page.getByRole('dialog'))
    .toHaveTextContent('1 capture with 3 MB cannot be brought back after that.')
  expect(engine.keptCaptures.trash).toHaveLength(1)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
  await expect.element(status('Freed 3 MB.')).toBeVisible()
  await expect.element(view()).toHaveTextContent('The trash is empty')
})

it('shows why the trash cannot be read', async () => {
  engine.answers = {
    'capture.trash': () => {
      throw new WirebenchError('file-unreadable', { path: '/data/trash' })
    },
  }
  await show()
  await view().getByRole('radio', { name: 'Trash' }).click()
  await expect.element(view().getByRole('alert')).toHaveTextContent('file-unreadable')
})

it('tells what the limits removed, with undo and the way to the trash', async () => {
  const limited = ['a', 'b', 'c', 'd'].map((captureId) => {
    const { name, startedAtUnixUs } = engine.keptCaptures.add(captureId, { name: `Run ${captureId}` })
    return { captureId, name, startedAtUnixUs, fileBytes: 1_000_000, by: 'size' as const }
  })
  await show()
  engine.keptCaptures.trash = engine.keptCaptures.list
  engine.keptCaptures.list = []
  engine.keptCaptures.tell()
  engine.events.publish('capture.limited', { captures: limited })
  const told = page.getByRole('region', { name: toastWords.region })
  await expect.element(told).toHaveTextContent(/“Run a”, “Run b”, “Run c”, and 1 more \(4 MB\)/)
  await told.getByRole('button', { name: 'Show trash' }).click()
  await expect.element(view()).toHaveTextContent('4 captures, 16.4 kB')

  engine.events.publish('capture.limited', { captures: limited })
  await told.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => engine.keptCaptures.list.length).toBe(4)
})

it('shows what limits would remove before they are applied', async () => {
  engine.keptCaptures.beyond = [
    { captureId: 'a', name: 'Old run', startedAtUnixUs: 1, fileBytes: 2_000_000, by: 'count' },
  ]
  await show()
  workbench.dialogs.open({ kind: 'settings' })
  const limits = page.getByRole('region', { name: 'Limits of captures' })
  await expect.element(limits.getByRole('button', { name: 'Apply limits' })).toBeDisabled()
  await limits.getByRole('textbox', { name: 'Number at most' }).fill('0')
  await expect.element(limits).toHaveTextContent('Enter a whole number from 1')
  await limits.getByRole('textbox', { name: 'Number at most' }).fill('5')
  await expect.element(limits).toHaveTextContent('Applying moves 1 capture (2 MB) to the trash:')
  await expect.element(limits).toHaveTextContent('“Old run”, 2 MB: beyond the limit by number')
  expect(engine.settings.captureLimits.maximumCount).toBeNull()
  await limits.getByRole('button', { name: 'Apply limits' }).click()
  await expect
    .poll(() => engine.settings.captureLimits)
    .toEqual({
      maximumTotalBytes: null,
      maximumAgeDays: null,
      maximumCount: 5,
    })
  await expect.element(limits).toHaveTextContent('These limits hold.')
})
