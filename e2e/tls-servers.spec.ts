import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

/** Makes a server in the form, starts it, and connects to it from its menu. */
async function serveAndConnect(window: WorkbenchPage, name: string, security: string): Promise<void> {
  const { page, dialog } = window
  await page.getByRole('button', { name: 'New local server' }).click()
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Security').selectOption({ label: security })
  await dialog.getByRole('button', { name: 'Create and start' }).click()
  await expect(dialog).toBeHidden()
  await connect(window, name)
}

async function connect({ page }: WorkbenchPage, name: string): Promise<void> {
  const server = page
    .getByRole('tree', { name: 'Local servers' })
    .getByRole('treeitem', { name: new RegExp(`Listening.*${name}`) })
  await server.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Connect to it' }).click()
}

for (const [name, security] of [
  ['Good', 'TLS'],
  ['Mutual', 'Mutual TLS: clients need a certificate'],
] as const) {
  test(`a local server with ${security} is trusted and echoes with one click`, async ({ page }) => {
    const window = new WorkbenchPage(page)
    await serveAndConnect(window, name, security)
    await window.session.expectState('Open')
    await window.session.composeText('over TLS', 'No line ending')
    await window.session.send()
    await expect(window.session.receivedRow('over TLS')).toBeVisible()
    await expect(window.connection(name)).toBeVisible()
    await expectAccessible(page)
  })
}

const faults = [
  ['Faulty: expired certificate', 'certificate-expired'],
  ['Faulty: certificate not yet valid', 'certificate-not-yet-valid'],
  ['Faulty: self-signed certificate', 'certificate-self-signed'],
  ['Faulty: certificate for another name', 'certificate-name-mismatch'],
  ['Faulty: missing intermediate certificate', 'certificate-missing-intermediate'],
  ['Faulty: unknown CA', 'certificate-unknown-ca'],
  ['Faulty: old protocol, TLS 1.1 at most', 'no-common-version'],
  ['Faulty: plain text where TLS is expected', 'plaintext-server'],
] as const

for (const [security, code] of faults) {
  test(`${security} is found to be ${code}`, async ({ page }) => {
    const window = new WorkbenchPage(page)
    await serveAndConnect(window, 'Lesson', security)
    await window.session.expectState('TLS failed')
    await expect(page.getByText(code, { exact: true }).first()).toBeVisible()
  })
}

test('a client without the certificate that a mutual server wants is told at both ends', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await serveAndConnect(window, 'Strict', 'Mutual TLS: clients need a certificate')
  await window.session.expectState('Open')
  await window.session.button('Disconnect')
  await window.connection('Strict').click()
  await page.keyboard.press('F4')
  await window.dialog.getByRole('tab', { name: /^TLS/ }).click()
  await window.dialog.getByRole('radio', { name: 'None' }).click()
  await window.dialog.getByRole('button', { name: 'Save and connect', exact: true }).click()
  await expect(page.getByText('client-certificate-required', { exact: true }).first()).toBeVisible()
  const servers = page.getByRole('tree', { name: 'Local servers' })
  await expect(servers.getByRole('treeitem', { name: /It showed no client certificate.*Strict/ })).toBeVisible()
})

test('the certificate of the CA is handed over as it is in the data folder', async ({ page, workbench }) => {
  const window = new WorkbenchPage(page)
  await serveAndConnect(window, 'Good', 'TLS')
  await window.session.expectState('Open')
  await page
    .getByRole('tree', { name: 'Local servers' })
    .getByRole('treeitem', { name: /Good/ })
    .click({ button: 'right' })
  const saving = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Save the CA certificate…' }).click()
  const download = await saving
  const saved = await readFile(await download.path(), 'utf8')
  expect([download.suggestedFilename(), saved]).toEqual([
    'wirebench-ca.pem',
    await readFile(join(workbench.dataFolder, 'tls', 'ca.pem'), 'utf8'),
  ])
})
