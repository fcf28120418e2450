import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const target = { host: 'psu-3.lab', port: 5025, name: 'Power supply' }

test('a profile saved is there after a restart, and connects', async ({ page, workbench, peers }) => {
  const peer = await peers.echo()
  await new WorkbenchPage(page).newConnection({ host: peer.host, port: peer.port, name: 'Bench echo' }, 'Save')
  await expect(new WorkbenchPage(page).connection('Bench echo')).toBeVisible()

  const window = new WorkbenchPage(await workbench.restart())
  await window.connection('Bench echo').dblclick()
  await window.session.expectState('Open')
})

test('one readable file per profile, with a schema version', async ({ page, workbench }) => {
  const window = new WorkbenchPage(page)
  await window.newConnection(target, 'Save')
  await expect(window.connection('Power supply')).toBeVisible()

  const file = await profileFile(workbench.dataFolder, 'power-supply')
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    schemaVersion: 1,
    name: 'Power supply',
    connection: { host: 'psu-3.lab', port: 5025 },
  })
})

test('edit, duplicate, and delete with undo', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await window.newConnection(target, 'Save')
  await window.connection('Power supply').click()
  await page.keyboard.press('Control+d')
  await expect(window.connection('Power supply copy')).toBeVisible()

  await window.connection('Power supply copy').click()
  await page.keyboard.press('Delete')
  await expect(window.connection('Power supply copy')).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(window.connection('Power supply copy')).toBeVisible()

  await window.connection('Power supply copy').click()
  await page.keyboard.press('F4')
  await window.dialog.getByLabel('Name', { exact: true }).fill('Spare supply')
  await window.dialog.getByLabel('Folder').fill('Lab/Rack 2')
  await window.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(window.connection('Rack 2')).toBeVisible()
  await expect(window.connection('Spare supply')).toBeVisible()
})

test('drag to reorder, and search', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await window.newConnection({ ...target, name: 'Alpha' }, 'Save')
  await window.newConnection({ ...target, name: 'Beta' }, 'Save')
  await expect(window.connection('Beta')).toBeVisible()
  await window.connection('Beta').dragTo(window.connection('Alpha'), { targetPosition: { x: 60, y: 3 } })
  await expect
    .poll(async () => (await window.tree.getByRole('treeitem').allInnerTexts()).map((text) => text.split('\n')[0]))
    .toEqual([expect.stringContaining('Echo'), expect.stringContaining('Beta'), expect.stringContaining('Alpha')])

  await page.getByRole('textbox', { name: 'Filter' }).fill('alp')
  await expect(window.connection('Alpha')).toBeVisible()
  await expect(window.connection('Beta')).toBeHidden()
})

test('export and import bring a profile into another workbench', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await window.newConnection(target, 'Save')
  await expect(window.connection('Power supply')).toBeVisible()
  const download = page.waitForEvent('download')
  await window.runCommand('Export all connections')
  const path = await (await download).path()

  const chooser = page.waitForEvent('filechooser')
  await window.runCommand('Import connections')
  await (await chooser).setFiles(path)
  await expect(page.getByText('Imported 2 connections.')).toBeVisible()
  await expect(window.tree.getByRole('treeitem', { name: /Power supply/ })).toHaveCount(2)
})

test('a broken and a newer file are named with their reasons, left untouched, and the rest load', async ({
  page,
  workbench,
}) => {
  const window = new WorkbenchPage(page)
  await window.newConnection(target, 'Save')
  await expect(window.connection('Power supply')).toBeVisible()
  const folder = join(workbench.dataFolder, 'profiles')
  await writeFile(join(folder, 'broken.json'), '{ "schemaVersion": 1, "name": ')
  await writeFile(join(folder, 'newer.json'), '{ "schemaVersion": 99, "id": "newer", "name": "From the future" }')

  const restarted = new WorkbenchPage(await workbench.restart())
  await expect(restarted.connection('Power supply')).toBeVisible()
  await restarted.page.getByText('2 files could not be read').click()
  await expect(restarted.page.getByText(/broken\.json is not a readable profile/)).toBeVisible()
  await expect(restarted.page.getByText(/newer\.json was written by a newer Wirebench/)).toBeVisible()
  await expectAccessible(restarted.page)
  expect(await readFile(join(folder, 'broken.json'), 'utf8')).toBe('{ "schemaVersion": 1, "name": ')
})

test('two windows: a change made in one is seen in the other, and never overwritten', async ({
  page,
  context,
  workbench,
}) => {
  test.skip(workbench.url === null, 'The second window is a second browser page.')
  const first = new WorkbenchPage(page)
  await first.newConnection(target, 'Save')
  const secondPage = await context.newPage()
  await secondPage.goto(workbench.url ?? '')
  const second = new WorkbenchPage(secondPage)

  await first.connection('Power supply').click()
  await page.keyboard.press('F4')
  await first.dialog.getByLabel('Port', { exact: true }).fill('1111')

  await second.connection('Power supply').click()
  await secondPage.keyboard.press('F4')
  await second.dialog.getByLabel('Port', { exact: true }).fill('2222')
  await second.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(second.dialog).toBeHidden()

  await first.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(first.dialog.getByText('Nothing was overwritten.')).toBeVisible()
  await expect(first.dialog.getByText('2222')).toBeVisible()
  await first.dialog.getByRole('button', { name: 'Take the one on disk' }).click()
  await expect(first.dialog.getByLabel('Port', { exact: true })).toHaveValue('2222')
})

async function profileFile(dataFolder: string, prefix: string): Promise<string> {
  const folder = join(dataFolder, 'profiles')
  const name = (await readdir(folder)).find((file) => file.startsWith(prefix) && file.endsWith('.json'))
  if (name === undefined) throw new Error(`There is no profile file ${prefix}`)
  return join(folder, name)
}
