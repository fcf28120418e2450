import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { pcapngOf, plainConnection } from '../src-main/capture/testing/packet-files.ts'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

interface DroppedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Holds files over the window, looks at what it says, and lets them go. */
async function dropFiles(page: Page, files: readonly DroppedFile[]): Promise<void> {
  await expect(page.getByRole('region', { name: 'Captures' })).toBeVisible()
  const given = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }))
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer()
    for (const { name, base64 } of all) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      data.items.add(new File([bytes], name))
    }
    return data
  }, given)
  const body = page.locator('body')
  await body.dispatchEvent('dragenter', { dataTransfer: transfer })
  await expect(page.getByText('Drop files to import them as captures')).toBeVisible()
  await body.dispatchEvent('drop', { dataTransfer: transfer })
  await expect(page.getByText('Drop files to import them as captures')).toBeHidden()
}

const dialogOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Import captures' })
const importButton = (dialog: Locator): Locator => dialog.getByRole('button', { name: 'Import', exact: true })

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('region', { name: 'Captures' }).getByRole('button', { name: 'Import…' }).click()
  return dialogOf(page)
}

test('a dropped pcapng file becomes a capture that shows its story and bytes', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await dropFiles(page, [{ name: 'exchange.pcapng', bytes: pcapngOf(plainConnection) }])
  const dialog = dialogOf(page)
  await expect(dialog.getByRole('list', { name: 'Chosen files' })).toContainText('exchange.pcapng')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('tab', { name: /exchange\.pcapng/ })).toHaveAttribute('aria-selected', 'true')
  const rows = window.page.getByRole('grid').or(window.page.getByRole('listbox')).or(window.page.getByRole('table'))
  await expect(rows.first()).toContainText('ping')
  await expect(rows.first()).toContainText('pong')
  await expectAccessible(page)
})

test('raw bytes become a capture once they are said to be raw; what is no file to import is told', async ({ page }) => {
  await dropFiles(page, [{ name: 'firmware.bin', bytes: new TextEncoder().encode('hello raw bytes') }])
  const dialog = dialogOf(page)
  await importButton(dialog).click()
  await expect(page.getByText(/“firmware.bin” is no file that can be imported/).first()).toBeVisible()
  await dropFiles(page, [{ name: 'firmware.bin', bytes: new TextEncoder().encode('hello raw bytes') }])
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption('Raw bytes')
  await dialog.getByRole('combobox', { name: 'Direction of bytes without one' }).selectOption('Sent')
  await dialog.getByRole('textbox', { name: 'Name of the capture' }).fill('Firmware as sent')
  await importButton(dialog).click()
  await expect(page.getByRole('tab', { name: /Firmware as sent/ })).toBeVisible()
  await expect(page.getByText(/hello raw bytes/).first()).toBeVisible()
})

test('several files at once, a wrong path is told at its field, and the right one is read where it is', async ({
  page,
  workbench,
}) => {
  const path = join(workbench.dataFolder, 'dump.txt')
  await writeFile(path, 'O 2026-11-20T10:00:00Z\n0000 68 65 6c 6c 6f\n')
  const dialog = await openDialog(page)
  await importButton(dialog).click()
  await expect(dialog.getByRole('alert')).toContainText('Choose a file or enter a path.')
  const field = dialog.getByRole('textbox', { name: 'Or a path on the machine of Wirebench' })
  await field.fill(join(workbench.dataFolder, 'missing.txt'))
  await importButton(dialog).click()
  await expect(dialog).toContainText('does not exist')
  await field.fill(path)
  await importButton(dialog).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('tab', { name: /dump\.txt/ })).toBeVisible()
  await dropFiles(page, [
    { name: 'one.pcapng', bytes: pcapngOf(plainConnection) },
    { name: 'two.pcapng', bytes: pcapngOf(plainConnection.slice(0, 4)) },
  ])
  await importButton(dialog).click()
  const captures = page.getByRole('region', { name: 'Captures' })
  await expect(captures).toContainText('one.pcapng')
  await expect(captures).toContainText('two.pcapng')
})
