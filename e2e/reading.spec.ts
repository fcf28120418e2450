import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

test('reading by hand: the socket is paused, each read is an action, and the end is told by a read', async ({
  page,
  peers,
}) => {
  const workbench = new WorkbenchPage(page)
  const { session } = workbench
  const peer = await peers.silent()
  await workbench.newConnection({ host: peer.host, port: peer.port, name: 'By hand' })
  await session.expectState('Open')

  await session.bar.getByRole('button', { name: 'More' }).click()
  await page
    .getByRole('menuitem', { name: 'Read by hand' })
    .or(page.getByRole('menuitemcheckbox', { name: 'Read by hand' }))
    .click()
  const reading = page.getByRole('region', { name: 'Reading by hand' })
  await expect(reading.getByText('Socket paused')).toBeVisible()

  const results = reading.getByRole('list', { name: 'Results of reads' })
  await reading.getByRole('button', { name: 'Poll once' }).click()
  await expect(results.getByText('Nothing to read')).toBeVisible()

  peer.send('{"a": 1}\r\nThis is the message.')
  await reading.getByLabel('What to read').selectOption({ label: 'JSON' })
  await page.keyboard.press('Alt+R')
  await expect(results.getByText('{"a": 1}', { exact: true })).toBeVisible()
  await expect(reading.getByText('20 bytes held for the next read')).toBeVisible()

  await reading.getByLabel('Expected').fill('42')
  await reading.getByLabel('What to read').selectOption({ label: 'Exactly n bytes' })
  await reading.getByLabel('Bytes', { exact: true }).fill('32')
  await page.keyboard.press('Enter')
  await expect(reading.getByText('Waiting for the peer')).toBeVisible()
  peer.endAll()
  await expect(results.getByText('20 of 32 bytes, then the peer closed.')).toBeVisible()
  await expect(reading.getByRole('status')).toContainText('30 of 42 read, peer closed')

  await expectAccessible(page)

  await reading.getByRole('button', { name: 'Read automatically' }).click()
  await expect(reading).toBeHidden()
})

test('services: once by hand, in pieces of the read size, and by themselves at an interval', async ({
  page,
  peers,
}) => {
  const workbench = new WorkbenchPage(page)
  const { session } = workbench
  const peer = await peers.silent()
  await workbench.connectTo(peer)
  await session.menu('Read by hand')
  const reading = page.getByRole('region', { name: 'Reading by hand' })
  const results = reading.getByRole('list', { name: 'Results of reads' })
  await reading.getByLabel('What to read').selectOption({ label: 'Service once: all that is there' })
  await page.keyboard.press('Alt+R')
  await expect(results.getByText('Nothing to read')).toBeVisible()

  await reading.getByRole('button', { name: 'Usual read sizes' }).click()
  await page.getByRole('menuitem', { name: '16 B' }).click()
  await expect(reading.getByLabel('Read size', { exact: true })).toHaveValue('16')
  peer.send('This is the message.  It will be repeated.')
  await expect(async () => {
    await reading.getByRole('button', { name: 'Read', exact: true }).click()
    await expect(results).toContainText(/42 bytes.*in pieces 16, 16, 10/, { timeout: 500 })
  }).toPass()
  await expectAccessible(page)

  await reading.getByRole('button', { name: 'Usual service intervals' }).click()
  await page.getByRole('menuitem', { name: '31.25 ms (1/32 s)' }).click()
  await expect(reading.getByText('Serviced every 31.25 ms')).toBeVisible()
  peer.send('by itself')
  await expect(session.receivedRow('by itself')).toBeVisible()

  await reading.getByRole('button', { name: 'Usual service intervals' }).click()
  await page.getByRole('menuitem', { name: 'Off', exact: true }).click()
  await expect(reading.getByText('Socket paused')).toBeVisible()
  peer.endAll()
  await reading.getByLabel('What to read').selectOption({ label: 'All until close' })
  await page.keyboard.press('Alt+R')
  await expect(results.getByText('end: the peer closed its side')).toBeVisible()
})

test('the end of the peer is noticed before a read meets it, and what it sent before is still read', async ({
  page,
  peers,
}) => {
  const workbench = new WorkbenchPage(page)
  const { session } = workbench
  const peer = await peers.silent()
  await workbench.connectTo(peer)
  await session.menu('Read by hand')
  const reading = page.getByRole('region', { name: 'Reading by hand' })
  await expect(reading.getByText('Socket paused')).toBeVisible()
  peer.send('last words')
  peer.endAll()
  const noticed = reading.getByText('The peer has ended; not read yet')
  await expect(noticed).toBeVisible()
  await session.expectState('Open')
  await reading.getByLabel('What to read').selectOption({ label: 'All until close' })
  await page.keyboard.press('Alt+R')
  const results = reading.getByRole('list', { name: 'Results of reads' })
  await expect(results).toContainText(/10 bytes.*end: the peer closed its side.*last words/)
  await expect(noticed).toBeHidden()
})
