import type { Locator, Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { startUnknownCaServer } from '../src-main/local-servers/testing/faulty-servers.ts'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const detailsOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Connection details' })

/** The value that stands beside a name. */
const fact = (details: Locator, name: string): Locator =>
  details.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('+ dd')

for (const colorScheme of ['light', 'dark'] as const) {
  test(`flags, steps, buffers and signals of a connection, live, ${colorScheme}`, async ({ page, peers }) => {
    await page.emulateMedia({ colorScheme })
    const window = new WorkbenchPage(page)
    const { session } = window
    const peer = await peers.silent()
    await window.connectTo(peer)
    await session.menu('Connection details')
    const details = detailsOf(page)
    await expect(fact(details, 'Connected')).toHaveText('yes')
    await expect(fact(details, 'Cut off')).toHaveText('no')
    await expect(fact(details, 'Peer')).toHaveText(`127.0.0.1:${peer.port}`)
    await expect(fact(details, 'Send buffer')).toHaveText(/^[1-9].* \([\d,]+\)$/)
    await expect(details.getByRole('list', { name: 'Signals of Kamaelia' }).getByRole('listitem')).toHaveText([
      'Thread running',
      'socket object created',
      'socket connected',
    ])
    await expectAccessible(page)

    peer.send('volt\n')
    await expect(details.getByText('data, 5 bytes')).toBeVisible()
    await session.button('Disconnect')
    await session.expectState('Closed')
    await expect(fact(details, 'Opened')).toHaveText('no')
    await expect(fact(details, 'Send buffer')).toHaveText('0 B, there is no socket')
    await expect(fact(details, 'Ended')).toHaveText('Closed: this side closed first (FIN)')
    await expect(details.getByText('socketShutdown')).toBeVisible()
  })
}

test('a connection over TLS: what was negotiated, the chain, and a certificate saved as PEM', async ({ page }) => {
  const window = new WorkbenchPage(page)
  const server = await startUnknownCaServer()
  try {
    await window.runCommand('Diagnose an address')
    await window.dialog.getByLabel('Host').fill(server.address)
    await window.dialog.getByRole('button', { name: 'Diagnose', exact: true }).click()
    await page.getByRole('button', { name: 'Trust this CA and connect' }).click()
    await window.session.expectState('Open')

    await window.session.bar.getByRole('button', { name: /TLS/ }).click()
    const details = detailsOf(page)
    await expect(fact(details, 'Version')).toHaveText('TLS 1.3')
    await expect(fact(details, 'Verification')).toHaveText('verified')
    const chain = details.getByRole('list', { name: 'Certificates of the server' }).getByRole('button')
    await expect(chain).toHaveCount(2)
    await expect(chain.last()).toContainText('added to the trusted certificates')
    await expectAccessible(page)

    await chain.first().click()
    const saving = page.waitForEvent('download')
    await details.getByRole('button', { name: 'Save as PEM' }).click()
    const saved = await saving
    expect(saved.suggestedFilename()).toBe('localhost.pem')
    expect(await readFile(await saved.path(), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/)
    await expectAccessible(page)
  } finally {
    await server.stop()
  }
})
