import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine

beforeEach(async () => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
  engine.environments.change({
    shared: [{ name: 'unit', value: 'X', secret: false, notes: '' }],
    environments: [
      {
        id: 'bench',
        name: 'bench',
        variables: [
          { name: 'unit', value: 'B7', secret: false, notes: '' },
          { name: 'password', value: null, secret: true, notes: '' },
        ],
      },
    ],
    activeId: 'bench',
  })
  const workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
  await userEvent.keyboard('{Control>}{Shift>}e{/Shift}{/Control}')
  await expect.element(page.getByRole('dialog', { name: 'Environments' })).toBeVisible()
})

afterEach(() => {
  cleanup()
})

const save = () => page.getByRole('button', { name: 'Save', exact: true })

it('shows what replaces what, and hands a secret over once', async () => {
  await expect.element(page.getByText('Replaces the shared value X')).toBeVisible()
  await expect.element(page.getByText('Not set')).toBeVisible()
  await page.getByLabelText('Value of password').fill('hush')
  await save().click()
  await vi.waitUntil(() => engine.environments.secrets.get('bench/password') === 'hush')
  expect(JSON.stringify(engine.environments.current)).not.toContain('hush')
  expect(document.body.innerHTML).not.toContain('hush')
})

it('shows what is wrong at the field and saves nothing', async () => {
  await page.getByRole('textbox', { name: 'Name of unit' }).fill('7 up')
  await save().click()
  await expect.element(page.getByText(/A name begins with a letter/)).toBeVisible()
  await expect.element(page.getByRole('textbox', { name: 'Name of 7 up' })).toHaveFocus()
  expect(engine.calls).not.toContain('environment.write')
})

it('keeps both versions when they were changed elsewhere, and asks before changes are lost', async () => {
  await page.getByRole('textbox', { name: 'Value of unit' }).fill('MINE')
  engine.environments.change({ shared: [{ name: 'unit', value: 'THEIRS', secret: false, notes: '' }] })
  await save().click()
  await expect.element(page.getByRole('row', { name: 'Shared: unit X THEIRS' })).toBeVisible()
  await page.getByRole('button', { name: 'Back to editing' }).click()
  await userEvent.keyboard('{Escape}')
  await page.getByRole('button', { name: 'Keep editing' }).click()
  await save().click()
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await vi.waitUntil(() => JSON.stringify(engine.environments.current).includes('MINE'))
})

it('deletes an environment with undo', async () => {
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect.element(page.getByText('Deleted “bench”.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.element(page.getByRole('button', { name: /bench in use/ })).toBeVisible()
})
