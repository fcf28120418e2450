import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in a session at work, ${colorScheme}`, async ({ page, peers }) => {
    await page.emulateMedia({ colorScheme })
    const window = new WorkbenchPage(page)
    const peer = await peers.echo()
    await window.connectTo(peer)
    await window.session.composeText('héllo\\x00', 'Ends with CRLF')
    await window.session.send()
    await expect(window.session.receivedRow('héllo')).toBeVisible()
    peer.send(new Uint8Array([0x76, 0x6f, 0x6c, 0x74, 0x73, 0xff, 0x0a]))
    await expect(window.session.receivedRow('Not UTF-8')).toBeVisible()
    await window.session.receivedRow('Not UTF-8').click()
    await expectAccessible(page)
    for (const view of ['Stream', 'Text'] as const) {
      await window.session.showView(view)
      await expect(window.session.row(/Received/).first()).toBeVisible()
      await expectAccessible(page)
    }
  })

  test(`axe finds nothing in dialogs, menus and the palette, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    const window = new WorkbenchPage(page)
    await window.openNewConnection()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await expect(window.dialog.getByRole('combobox')).toBeFocused()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await window.runCommand('Settings')
    await expect(window.dialog).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await window.connection('Echo (sample)').click({ button: 'right' })
    await expect(page.getByRole('menu')).toBeVisible()
    await expectAccessible(page)
  })
}

test('axe finds nothing in a narrow window', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  await window.connectTo(await peers.echo())
  await page.setViewportSize({ width: 720, height: 560 })
  await expectAccessible(page)
})

test('the first run by keyboard alone: connect, write, send', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await expect(page.getByRole('button', { name: 'Connect to the echo server' })).toBeVisible()
  await window.runCommand('Echo (sample)')
  await window.session.expectState('Open')
  await page.keyboard.press('Control+e')
  await page.keyboard.type('by keyboard')
  await page.keyboard.press('Control+Enter')
  await expect(window.session.receivedRow('by keyboard')).toBeVisible()
})
