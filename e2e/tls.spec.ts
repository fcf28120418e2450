import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test as base } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'
import { missingProgramReason } from './peers/foreign-program.ts'
import { makeTlsFiles, type TlsFiles } from './peers/tls-files.ts'
import { TlsPeer } from './peers/tls-peer.ts'

const passphrase = 'correct horse'

interface TlsFixtures {
  readonly files: TlsFiles
  /** Starts a peer that ends with the test. */
  readonly startTlsPeer: (options?: { asksForCertificate?: boolean; port?: number }) => Promise<TlsPeer>
}

const test = base.extend<TlsFixtures>({
  files: async ({}, use, testInfo) => {
    const missing = missingProgramReason('openssl')
    testInfo.skip(missing !== null, missing ?? '')
    const folder = await mkdtemp(join(tmpdir(), 'wirebench-tls-'))
    await use(makeTlsFiles(folder, passphrase))
    await rm(folder, { recursive: true, force: true })
  },
  startTlsPeer: async ({ files }, use) => {
    const started: TlsPeer[] = []
    await use(async (options) => {
      const peer = await TlsPeer.start(files, options)
      started.push(peer)
      return peer
    })
    for (const peer of started) await peer.close()
  },
})

const showSection = (window: WorkbenchPage, name: string): Promise<void> =>
  window.dialog.getByRole('tab', { name: new RegExp(`^${name}`) }).click()

const connect = (window: WorkbenchPage): Promise<void> =>
  window.dialog.getByRole('button', { name: 'Connect without saving' }).click()

/** The form of a new connection with TLS on, at its TLS section. */
async function beginWithTls(window: WorkbenchPage, port: number): Promise<Locator> {
  await window.openNewConnection()
  await window.fillConnection({ host: '127.0.0.1', port })
  await window.dialog.getByLabel('Use TLS').check()
  await showSection(window, 'TLS')
  return window.dialog
}

async function expectEcho(window: WorkbenchPage, text: string): Promise<void> {
  await window.session.composeText(text, 'Ends with LF')
  await window.session.send()
  await expect(window.session.receivedRow(text)).toBeVisible()
}

test('connects to a server whose certificate verifies, and shows the lock', async ({ page, files, startTlsPeer }) => {
  const peer = await startTlsPeer()
  const window = new WorkbenchPage(page)
  const dialog = await beginWithTls(window, peer.port)
  await dialog.getByLabel('CA file or folder').fill(files.caPath)
  await dialog.getByLabel('Server name', { exact: true }).fill('localhost')
  await expectAccessible(page)
  await connect(window)

  await window.session.expectState('Open')
  const lock = window.session.bar.getByRole('button', { name: /^TLS 1\.3/ })
  await expect(lock).toBeVisible()
  await expectEcho(window, 'over TLS')
  expect(peer.serverNames).toEqual(['localhost'])
  await lock.click()
  await expect(page.getByText('Certificates of the server')).toBeVisible()
  await expectAccessible(page)
})

test('names a wrong name, and connects once it is put right in the session', async ({ page, files, startTlsPeer }) => {
  const peer = await startTlsPeer()
  const window = new WorkbenchPage(page)
  const dialog = await beginWithTls(window, peer.port)
  await dialog.getByLabel('CA file or folder').fill(files.caPath)
  await dialog.getByLabel('Server name', { exact: true }).fill('example.com')
  await connect(window)

  await window.session.expectState('TLS failed')
  await expect(page.getByText('certificate-name-mismatch').first()).toBeVisible()
  await window.session.menu('Edit the settings')
  await showSection(window, 'TLS')
  await dialog.getByLabel('Server name', { exact: true }).fill('')
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await window.session.expectState('Open')
  await expectEcho(window, 'by address')
})

test('without verification the connection is made, and the result is shown in red', async ({ page, startTlsPeer }) => {
  const peer = await startTlsPeer()
  const window = new WorkbenchPage(page)
  const dialog = await beginWithTls(window, peer.port)
  await dialog.getByLabel('Certificate of the server').selectOption({ label: 'Not verified' })
  await expect(dialog.getByRole('alert').filter({ hasText: 'Nobody checks who the server is' })).toBeVisible()
  const name = dialog.getByLabel('The certificate must be made for the server name')
  await name.check()
  await connect(window)
  await expect(name).toHaveAccessibleDescription(/cannot be checked while verification is off/)
  await name.uncheck()
  await connect(window)

  await window.session.expectState('Open')
  await expect(window.session.bar.getByRole('button', { name: /not verified: intermediate missing/ })).toBeVisible()
  await expectAccessible(page)
  await expectEcho(window, 'all the same')
})

test('a server that is started later is reached', async ({ page, files, peers, startTlsPeer }) => {
  const port = await peers.refusingPort()
  const window = new WorkbenchPage(page)
  const dialog = await beginWithTls(window, port)
  await dialog.getByLabel('CA file or folder').fill(files.caPath)
  await showSection(window, 'Retry')
  await dialog.getByLabel('Connect again by itself').selectOption({ label: 'At fixed intervals' })
  await dialog.getByLabel('Wait', { exact: true }).fill('100')
  await connect(window)

  await expect(window.session.bar.getByText(/attempt [2-9]/)).toBeVisible()
  await startTlsPeer({ port })
  await window.session.expectState('Open')
  await expectEcho(window, 'at last')
})

test('waiting is cut short, or given up', async ({ page, peers }) => {
  const port = await peers.refusingPort()
  const window = new WorkbenchPage(page)
  await window.openNewConnection()
  await window.fillConnection({ host: '127.0.0.1', port })
  await showSection(window, 'Retry')
  await window.dialog.getByLabel('Connect again by itself').selectOption({ label: 'At fixed intervals' })
  await window.dialog.getByLabel('Wait', { exact: true }).fill('3600000')
  await window.dialog.getByLabel('Attempts').fill('10')
  await connect(window)

  await expect(window.session.bar.getByText('attempt 1 of 10, in 60 min')).toBeVisible()
  await expectAccessible(page)
  await window.session.button('Try now')
  await expect(page.getByText(/failed after/)).toHaveCount(2)
  await window.session.button('Cancel')
  await expect(window.session.bar.getByRole('button', { name: 'Connect', exact: true })).toBeVisible()
})

test('asks for the passphrase of a key, and keeps it nowhere', async ({ page, files, dataFolder, startTlsPeer }) => {
  const peer = await startTlsPeer({ asksForCertificate: true })
  const window = new WorkbenchPage(page)
  const dialog = await beginWithTls(window, peer.port)
  await dialog.getByLabel('CA file or folder').fill(files.caPath)
  await dialog.getByRole('radio', { name: 'PEM files' }).click()
  await dialog.getByLabel('Certificate file').fill(files.clientCertificatePath)
  await dialog.getByLabel('Key file').fill(join(files.clientKeyPath, '..', 'none.key'))
  await dialog.getByRole('button', { name: 'Save and connect' }).click()
  await expect(dialog.getByLabel('Key file')).toHaveAccessibleDescription(/does not exist/)
  await dialog.getByLabel('Key file').fill(files.clientKeyPath)
  await dialog.getByRole('button', { name: 'Save and connect' }).click()

  const question = page.getByRole('dialog', { name: 'Passphrase' })
  const field = question.getByLabel('Passphrase', { exact: true })
  await expect(field).toBeFocused()
  await field.fill('battery staple')
  await page.keyboard.press('Enter')
  await expect(field).toHaveAccessibleDescription(/does not open/)
  await field.fill(passphrase)
  await page.keyboard.press('Enter')

  await window.session.expectState('Open')
  await expectEcho(window, 'it is me')
  expect(peer.clientNames).toEqual(['bench 7'])
  for (const file of await readdir(dataFolder, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain(passphrase)
  }
  // Within the session it is not asked for again.
  await window.session.button('Disconnect')
  await window.session.button('Connect')
  await window.session.expectState('Open')
})
