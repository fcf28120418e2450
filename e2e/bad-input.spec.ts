import { open, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

test('a bad host and a bad port are told at their fields, and nothing typed is lost', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await window.openNewConnection()
  await window.fillConnection({ host: 'not a host', port: 99999, name: 'Kept' })
  await window.dialog.getByRole('button', { name: 'Save and connect', exact: true }).click()

  await expect(window.dialog.getByLabel('Host')).toHaveAccessibleDescription(/not a host.* is not a host name/)
  await expect(window.dialog.getByLabel('Port', { exact: true })).toHaveAccessibleDescription(
    /Enter a whole number from 1 to 65535\./,
  )
  await expect(window.dialog.getByLabel('Host')).toBeFocused()
  await expect(window.dialog.getByLabel('Name', { exact: true })).toHaveValue('Kept')
  await expectAccessible(page)
})

test('an unknown host says that the name was not found', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await window.newConnection({ host: 'no-such-host.invalid', port: 7 }, 'Connect without saving')
  await expect(page.getByText(/no-such-host\.invalid (could not be found|failed)/).first()).toBeVisible()
  await expect(page.getByText(/name-(not-found|lookup-failed)/).first()).toBeVisible()
  await expectAccessible(page)
})

test('an address that cannot be reached says so', async ({ page }) => {
  const window = new WorkbenchPage(page)
  // The broadcast address of the loopback network: the system refuses to connect to it, and nothing leaves the machine.
  await window.newConnection({ host: '127.255.255.255', port: 7 }, 'Connect without saving')
  await expect(page.getByText('127.255.255.255 cannot be reached from this machine.').first()).toBeVisible()
  await expect(page.getByText('unreachable', { exact: true }).first()).toBeVisible()
})

test('malformed hex points at its character, with a code, and is not sent', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  await window.session.composeHex('41 4G 42')
  await expect(window.session.composer.getByText(/malformed at character 5/)).toBeVisible()
  await expect(window.session.composer.getByText('hex-malformed')).toBeVisible()
  await window.session.hexEditor.press('Control+Enter')
  await window.session.chooseNotation('Text')
  await window.session.chooseNotation('Hex')
  await expect(window.session.hexEditor).toHaveValue('41 4G 42')
  expect(peer.receivedHex).toBe('')
  await expectAccessible(page)
})

test('a malformed escape points at its character', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  await window.connectTo(await peers.silent())
  await window.session.composeText('ab\\q')
  await expect(window.session.composer.getByText(/escape at character 3 is malformed/)).toBeVisible()
  await expect(window.session.composer.getByText('escape-malformed')).toBeVisible()
})

test('a port in use is told where the server was started', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const taken = await peers.silent()
  await page.getByRole('button', { name: 'New local server' }).click()
  await window.dialog.getByLabel('Name', { exact: true }).fill('Blocked')
  await window.dialog.getByLabel('Port', { exact: true }).fill(String(taken.port))
  await window.dialog.getByRole('button', { name: 'Create and start' }).click()
  await expect(page.getByText(`Port ${taken.port} on 127.0.0.1 is in use by another program.`).first()).toBeVisible()
})

test('an echo server is started and stopped from the window, on any free port', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await page.getByRole('button', { name: 'New local server' }).click()
  await window.dialog.getByLabel('Name', { exact: true }).fill('Second echo')
  await window.dialog.getByRole('button', { name: 'Create and start' }).click()
  const server = page.getByRole('tree', { name: 'Local servers' }).getByRole('treeitem', { name: /Second echo/ })
  await expect(server).toHaveAccessibleName(/^Listening/)
  await server.hover()
  await server.getByRole('button', { name: 'Stop Second echo' }).click()
  await expect(server).toHaveAccessibleName(/^Stopped/)
})

test('a capture survives kill -9, and a corrupted index is made again and told', async ({ page, workbench, peers }) => {
  test.skip(workbench.url === null, 'The second half opens the page anew.')
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  for (let line = 0; line < 200; line += 1) peer.send(`line ${line} ${'x'.repeat(1000)}\n`)
  await window.session.composeText('the last word')
  await window.session.send()
  await expect(window.session.sentRow('the last word')).toBeVisible()
  workbench.allowConsoleError(/WebSocket/)
  await workbench.kill()
  await expect(
    page
      .getByRole('alert')
      .filter({ hasText: /engine is gone|gone/ })
      .first(),
  ).toBeVisible()

  const folder = join(workbench.dataFolder, 'captures')
  for (const name of await readdir(folder)) {
    if (name.endsWith('.index')) await flipByte(join(folder, name), 100)
  }
  const restarted = new WorkbenchPage(await workbench.restart())
  await expect(restarted.page.getByText(/not closed/).first()).toBeVisible()
  const captures = restarted.page.getByRole('tree', { name: 'Captures' })
  // The traffic of the local server is a capture, too.
  await captures.getByRole('treeitem', { name: /127\.0\.0\.1/ }).dblclick()
  await expect(restarted.page.getByText('This capture was not closed properly').first()).toBeVisible()
  await expect(restarted.page.getByText(/Its index was (damaged|cut off|missing)/)).toBeVisible()
  await restarted.page.getByRole('grid', { name: 'Traffic' }).press('End')
  await expect(restarted.session.sentRow('the last word')).toBeVisible()
  await expectAccessible(restarted.page)
})

/** Changes one byte of a file; a file that is shorter is cut in half instead. */
async function flipByte(path: string, position: number): Promise<void> {
  const { size } = await stat(path)
  if (size <= position) return truncate(path, Math.floor(size / 2))
  const file = await open(path, 'r+')
  try {
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, position)
    byte[0] = (byte[0] ?? 0) ^ 0xff
    await file.write(byte, 0, 1, position)
  } finally {
    await file.close()
  }
}
