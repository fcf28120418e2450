import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashOfReceived } from './fixtures/captured-bytes.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

test('every byte of a sender at full speed is in the capture, with the window open on it', async ({
  page,
  workbench,
  peers,
}) => {
  const flood = await peers.flooding(200_000_000)
  const window = new WorkbenchPage(page)
  await window.newConnection(flood, 'Connect without saving')

  await expect(window.session.row('Peer ended sending (FIN)')).toBeVisible({ timeout: 45_000 })
  await expect(window.session.bar.getByTitle('Received 200,000,000 B')).toBeVisible()
  await window.session.showView('Stream')
  await expect(window.session.row(/.+/).first()).toBeVisible()
  await window.session.button('Disconnect')
  await expect(window.session.bar.getByRole('button', { name: 'Connect', exact: true })).toBeVisible()

  await page.goto('about:blank')
  await workbench.stop()
  const captures = join(workbench.dataFolder, 'captures')
  const file = (await readdir(captures)).find((name) => name.endsWith('.wirebench')) ?? ''
  expect(await hashOfReceived(join(captures, file))).toEqual({ sha256: flood.sha256, byteCount: flood.byteCount })
})
