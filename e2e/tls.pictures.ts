import { picture } from './fixtures/picture.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

test('pictures of TLS and of the doctor', async ({ page }) => {
  test.setTimeout(120_000)
  const window = new WorkbenchPage(page)
  const { session } = window

  const connectToServer = async (name: string, security: string): Promise<void> => {
    await page.getByRole('button', { name: 'New local server' }).first().click()
    await window.dialog.getByLabel('Name', { exact: true }).fill(name)
    await window.dialog.getByLabel('Security').selectOption(security)
    await window.dialog.getByRole('button', { name: 'Create and start' }).click()
    await expect(window.dialog).toBeHidden()
    const servers = page.getByRole('tree', { name: 'Local servers' })
    await servers.getByRole('treeitem', { name: new RegExp(name) }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Connect to it' }).click()
    await page.getByRole('button', { name: 'Dismiss' }).click()
  }

  await connectToServer('Bench, mutual TLS', 'Mutual TLS: clients need a certificate')
  await session.expectState('Open')
  for (const line of ['*IDN?', 'MEAS:VOLT?', 'SYST:ERR?']) {
    await session.composeText(line, 'Ends with LF')
    await session.send()
    await expect(session.receivedRow(line)).toBeVisible()
  }
  await session.bar.getByRole('button', { name: /^TLS 1\.3/ }).click()
  const details = page.getByRole('complementary', { name: 'Connection details' })
  await details.getByRole('list', { name: 'Certificates of the server' }).scrollIntoViewIfNeeded()
  await picture(page, 'tls')

  await connectToServer('Gateway', 'Faulty: missing intermediate certificate')
  await expect(page.getByText('certificate-missing-intermediate').first()).toBeVisible()
  await page.getByRole('button', { name: 'Diagnose' }).first().click()
  await expect(page.getByRole('button', { name: 'Diagnose again' })).toBeVisible()
  await picture(page, 'doctor')

  await window.openNewConnection()
  await window.fillConnection({ host: 'gateway.plant', port: 8883, name: 'Gateway of the plant' })
  await window.dialog.getByLabel('Use TLS').check()
  await window.dialog.getByRole('tab', { name: /^TLS/ }).click()
  await picture(page, 'tls-settings')
})
