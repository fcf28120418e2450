import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const edge = (page: Page, name: string): Locator => page.getByRole('separator', { name })
const sidebarEdge = 'Width of the sidebar'

test('theme, sidebar and folded folders are kept over a restart', async ({ page, workbench }) => {
  const window = new WorkbenchPage(page)
  await window.openNewConnection()
  await window.fillConnection({ host: 'psu-3.lab', port: 5025, name: 'Power supply' })
  await window.dialog.getByLabel('Folder').fill('Lab')
  await window.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await window.connection('Lab').click()
  await page.keyboard.press('ArrowLeft')
  await expect(window.connection('Power supply')).toBeHidden()
  await page.getByRole('button', { name: 'Settings' }).click()
  await window.dialog.getByRole('radio', { name: 'Dark' }).click()
  await page.keyboard.press('Escape')
  await expect(window.dialog).toBeHidden()
  await dragBy(page, edge(page, sidebarEdge), 60)
  await expect(edge(page, sidebarEdge)).toHaveAttribute('aria-valuenow', '312')
  await expectKept(workbench.dataFolder, { theme: 'dark', sidebarWidthPx: 312, foldedFolders: ['Lab'] })

  const restarted = new WorkbenchPage(await workbench.restart())
  await expect(edge(restarted.page, sidebarEdge)).toHaveAttribute('aria-valuenow', '312')
  await expect(restarted.page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(restarted.connection('Lab')).toHaveAttribute('aria-expanded', 'false')
  await expect(restarted.connection('Power supply')).toBeHidden()
  await expectAccessible(restarted.page)

  await restarted.page.getByRole('button', { name: 'Hide sidebar' }).click()
  await expectKept(workbench.dataFolder, { sidebarHidden: true })
  const hidden = new WorkbenchPage(await workbench.restart())
  await expect(hidden.page.getByRole('button', { name: 'Show sidebar' })).toBeVisible()
  await expect(hidden.tree).toBeHidden()
})

test('panes and the view of the traffic are kept over a restart', async ({ page, peers, workbench }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await window.connectTo(peer)
  await edge(page, 'Height of the composer').press('ArrowUp')
  await edge(page, 'Width of the inspector').press('ArrowLeft')
  await window.session.showView('Stream')
  const sizes = async (on: Page): Promise<(string | null)[]> => [
    await edge(on, 'Height of the composer').getAttribute('aria-valuenow'),
    await edge(on, 'Width of the inspector').getAttribute('aria-valuenow'),
  ]
  expect(await sizes(page)).toEqual(['280', '388'])
  await expectKept(workbench.dataFolder, { composerHeightPx: 280, inspectorWidthPx: 388, trafficView: 'stream' })

  const restarted = new WorkbenchPage(await workbench.restart())
  await restarted.connectTo(peer)
  expect(await sizes(restarted.page)).toEqual(['280', '388'])
  await expect(restarted.page.getByRole('radio', { name: 'Stream', exact: true })).toBeChecked()
  await restarted.page.getByRole('button', { name: 'Hide the inspector' }).click()
  await expect(restarted.page.getByRole('button', { name: 'Show the inspector' })).toBeVisible()
  await expectKept(workbench.dataFolder, { inspectorHidden: true })

  const again = new WorkbenchPage(await workbench.restart())
  await again.connectTo(peer)
  await expect(again.page.getByRole('button', { name: 'Show the inspector' })).toBeVisible()
  await expect(edge(again.page, 'Width of the inspector')).toBeHidden()
})

test('two windows agree', async ({ page, context, workbench }) => {
  test.skip(workbench.url === null, 'The second window is a second browser page.')
  const second = await context.newPage()
  await second.goto(workbench.url ?? '')
  await expect(second.getByRole('tree', { name: 'Connections' })).toBeVisible()

  await new WorkbenchPage(page).runCommand('Theme: dark')
  await page.getByRole('button', { name: 'Hide sidebar' }).click()

  await expect(second.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(second.getByRole('button', { name: 'Show sidebar' })).toBeVisible()
})

test('a broken settings file is told, kept aside, and the window opens with the defaults', async ({
  page,
  workbench,
}) => {
  await expect(new WorkbenchPage(page).tree).toBeVisible()
  await writeFile(join(workbench.dataFolder, 'settings.json'), '{ "theme": ')
  const restarted = await workbench.restart()

  await expect(restarted.getByText(/settings\.json could not be read/)).toBeVisible()
  await expect(edge(restarted, sidebarEdge)).toHaveAttribute('aria-valuenow', '252')
  expect(await readFile(join(workbench.dataFolder, 'settings.json.broken'), 'utf8')).toBe('{ "theme": ')
})

/** Waits until the file holds these settings. */
async function expectKept(dataFolder: string, settings: object): Promise<void> {
  await expect(async () => {
    const file: unknown = JSON.parse(await readFile(join(dataFolder, 'settings.json'), 'utf8'))
    expect(file).toMatchObject({ schemaVersion: 1, ...settings })
  }).toPass({ timeout: 15_000 })
}

async function dragBy(page: Page, handle: Locator, movedPx: number): Promise<void> {
  const box = await handle.boundingBox()
  if (box === null) throw new Error('The edge is not shown.')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + movedPx, y, { steps: 6 })
  await page.mouse.up()
}
