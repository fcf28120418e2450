import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CollectionContentInput } from '../../../src-main/contract/schemas/collection.ts'
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
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

const message = (name: string, text: string, more: Partial<CollectionContentInput> = {}): CollectionContentInput => ({
  name,
  ...more,
  item: { kind: 'message', message: { content: { mode: 'text', text, lineEnding: 'lf' } } },
})
const row = (name: string | RegExp) =>
  page.getByRole('tree', { name: 'Saved messages' }).getByRole('treeitem', { name })
const editor = () => page.getByRole('textbox', { name: 'Message as text' })

it('says what the place is for while nothing is saved', async () => {
  await show()
  await expect.element(page.getByText(/Messages you save in the composer/)).toBeVisible()
})

it('finds messages by name, tag, notes and content', async () => {
  engine.collection.add(message('Identify', '*IDN?', { tags: ['scpi'] }))
  engine.collection.add(message('Reset', '*RST', { notes: 'careful' }))
  await show()
  for (const [typed, name] of [
    ['scpi', /Identify/],
    ['careful', /Reset/],
    ['*rst', /Reset/],
  ] as const) {
    await page.getByRole('textbox', { name: 'Filter' }).fill(typed)
    await expect.element(row(name)).toBeVisible()
    await vi.waitFor(() => expect(row(/./).elements()).toHaveLength(1))
  }
})

it('asks for a session first, opens the message there, marks it when changed, and saves it', async () => {
  engine.addProfile({ name: 'PSU', connection: { host: 'psu', port: 1 } })
  const { id } = engine.collection.add(message('Identify', '*IDN?'))
  await show()
  row(/Identify/)
    .element()
    .focus()
  await userEvent.keyboard('{Enter}')
  await page.getByRole('dialog').getByRole('button', { name: /PSU/ }).click()
  await expect.element(editor()).toHaveValue('*IDN?')

  await editor().fill('*RST')
  await expect.element(row(/Changed since it was saved/)).toBeVisible()
  await userEvent.keyboard('{Control>}s{/Control}')
  await vi.waitUntil(() => JSON.stringify(engine.collection.entries).includes('*RST'))
  await expect.element(row(/Changed since it was saved/)).not.toBeInTheDocument()

  engine.collection.change(id, {
    item: { kind: 'message', message: { content: { mode: 'hex', hex: '41' }, computed: [], framed: true } },
  })
  await editor().fill('mine')
  await userEvent.keyboard('{Control>}s{/Control}')
  await expect.element(page.getByText(/Nothing was overwritten/)).toBeVisible()
  expect(JSON.stringify(engine.collection.entries)).not.toContain('mine')
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await vi.waitUntil(() => JSON.stringify(engine.collection.entries).includes('mine'))
})

it('tells why a message cannot be sent now', async () => {
  engine.collection.add(message('Identify', '*IDN?'))
  await show()
  row(/Identify/)
    .element()
    .focus()
  await userEvent.keyboard('{Control>}{Enter}{/Control}')
  await expect.element(page.getByText('“Identify” was not sent: no session is in front.')).toBeVisible()
})

it('deletes with undo, and moves by keyboard', async () => {
  engine.collection.add(message('One', '1'))
  engine.collection.add(message('Two', '2'))
  await show()
  const names = (): string => engine.collection.entries.map(({ name }) => name).join()
  row(/One/).element().focus()
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}')
  await vi.waitUntil(() => names() === 'Two,One')
  await userEvent.keyboard('{Delete}')
  await vi.waitUntil(() => names() === 'Two')
  await page.getByRole('button', { name: 'Undo' }).click()
  await vi.waitUntil(() => names() === 'Two,One')
})

it('asks before a sequence with unsaved steps closes', async () => {
  engine.collection.add({ name: 'Log in', item: { kind: 'sequence', steps: [{ kind: 'pause', durationMs: 5 }] } })
  await show()
  await row(/Log in/).dblClick()
  await page.getByRole('button', { name: /Pause 5 ms/ }).click()
  await page.getByRole('textbox', { name: 'For' }).fill('7')
  await userEvent.keyboard('{Alt>}w{/Alt}')
  await page.getByRole('button', { name: 'Keep editing' }).click()
  await userEvent.keyboard('{Control>}s{/Control}')
  await vi.waitUntil(() => JSON.stringify(engine.collection.entries).includes('"durationMs":7'))
})
