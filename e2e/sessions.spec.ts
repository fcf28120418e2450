import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

test('the first run: the first click connects to the echo server, and what is sent comes back', async ({ page }) => {
  const { session } = new WorkbenchPage(page)
  await page.getByRole('button', { name: 'Connect to the echo server' }).click()
  await session.expectState('Open')

  await session.composeText('hello, wire', 'Ends with LF')
  await session.send()

  await expect(session.sentRow('hello, wire')).toBeVisible()
  await expect(session.receivedRow('hello, wire')).toBeVisible()
})

test('text and hex are two notations of the same bytes', async ({ page, workbench, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  const peer = await peers.echo()
  await connectTo(peer)

  await session.composeText('Ä\\x00\\r', 'Ends with LF')
  await expect(session.composer.getByLabel('The same bytes as hex')).toHaveText('C3 84 00 0D 0A')
  await session.chooseNotation('Hex')
  await expect(session.hexEditor).toHaveValue(/C3 84 00 0D 0A/)
  await session.hexEditor.fill('0xde,0xad be:ef')
  await expect(session.composer.getByText('4 bytes')).toBeVisible()
  await session.send()

  await expect(session.receivedRow('DE AD BE EF')).toBeVisible()
  expect(peer.receivedHex).toBe('deadbeef')
  expect(workbench.dataFolder).not.toBe('')
})

test('the same bytes as timeline, stream and text', async ({ page, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  const peer = await peers.silent()
  await connectTo(peer)
  peer.send(new Uint8Array([0x41, 0x42, 0x0a, 0xff, 0x00, 0x43]))

  await expect(session.receivedRow('Not UTF-8')).toBeVisible()
  await session.showView('Stream')
  await expect(session.row('41 42 0A FF 00 43')).toBeVisible()
  await session.showView('Text')
  await expect(session.row('AB')).toBeVisible()
  await expect(session.row('C').filter({ hasText: 'FF' })).toBeVisible()
})

test('two sessions at once keep their bytes apart', async ({ page, peers }) => {
  const workbench = new WorkbenchPage(page)
  const [first, second] = [await peers.echo(), await peers.echo()]
  await workbench.newConnection({ host: first.host, port: first.port, name: 'First' })
  await expect(workbench.tab('First')).toHaveAttribute('aria-selected', 'true')
  await workbench.session.expectState('Open')
  await workbench.newConnection({ host: second.host, port: second.port, name: 'Second' })
  await expect(workbench.tab('Second')).toHaveAttribute('aria-selected', 'true')
  await workbench.session.expectState('Open')

  await workbench.session.composeText('to the second')
  await workbench.session.send()
  await expect(workbench.session.receivedRow('to the second')).toBeVisible()
  await workbench.tab('First').click()
  await expect(workbench.tab('First')).toHaveAttribute('aria-selected', 'true')
  await workbench.session.composeText('to the first')
  await workbench.session.send()
  await expect(workbench.session.receivedRow('to the first')).toBeVisible()

  expect([first.receivedText.trim(), second.receivedText.trim()]).toEqual(['to the first', 'to the second'])
})

test('the peer closes: who closed and how is told, and the other half still sends', async ({ page, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  const peer = await peers.silent()
  await connectTo(peer)
  peer.endAll()

  await expect(session.row(/peer (closed|ended)/i).first()).toBeVisible()
  await session.composeText('still here', 'No line ending')
  await session.send()
  await expect.poll(() => peer.receivedText).toBe('still here')
  await session.button('Disconnect')
  await expect(page.getByRole('button', { name: 'Connect', exact: true })).toBeVisible()
})

test('the peer resets: the failure says so and what was received stays', async ({ page, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  const peer = await peers.resetting('on-first-bytes')
  await connectTo(peer)
  await session.composeText('reset me')
  await session.send()

  await expect(page.getByText('The peer reset the connection.').first()).toBeVisible()
  await expect(page.getByText('connection-reset').first()).toBeVisible()
  await expect(session.sentRow('reset me')).toBeVisible()
})

test('the peer refuses: the failure says why and connecting again works once it listens', async ({ page, peers }) => {
  const workbench = new WorkbenchPage(page)
  const port = await peers.refusingPort()
  await workbench.newConnection({ host: '127.0.0.1', port }, 'Connect without saving')

  await expect(page.getByText('connection-refused').first()).toBeVisible()
  await expect(page.getByText(`Check that a server is listening on port ${port}.`).first()).toBeVisible()
})

test('an attempt that hangs can be cancelled', async ({ page, peers }) => {
  const workbench = new WorkbenchPage(page)
  const full = await peers.hanging()
  await workbench.newConnection(full, 'Connect without saving')
  await workbench.session.button('Cancel')
  await expect(page.getByRole('button', { name: 'Connect', exact: true })).toBeVisible()
})

test('ending the sending half lets the late answer in', async ({ page, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  const peer = await peers.answeringAtEnd('late answer')
  await connectTo(peer)
  await session.composeText('question', 'No line ending')
  await session.send()
  await session.menu('End sending (FIN)')

  await expect(session.receivedRow('late answer')).toBeVisible()
  expect(peer.receivedText).toBe('question')
})

test('a peer that does not read leaves a visible remainder, and the window stays usable', async ({ page, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  const peer = await peers.notReading()
  await connectTo(peer)
  await session.composeHex('41'.repeat(200_000))
  for (let round = 0; round < 30; round += 1) await session.send()

  await expect(session.bar.getByText(/unsent/)).toBeVisible()
  await session.showView('Stream')
  await expect(session.row('41 41 41 41').first()).toBeVisible()
  await session.menu('Abort (RST)')
  await expect(page.getByText(/never sent|unsent/).first()).toBeVisible()
})

test('any row can be sent again and copied', async ({ page, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  const peer = await peers.echo()
  await connectTo(peer)
  await session.composeText('again', 'No line ending')
  await session.send()
  await session.receivedRow('again').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Send again' }).click()
  await expect.poll(() => peer.receivedText).toBe('againagain')

  await session.receivedRow('again').first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy as hex' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^61 67 61 69 6e$/i)
})

test('what was sent is in the history', async ({ page, peers }) => {
  const { connectTo, session } = bind(new WorkbenchPage(page))
  await connectTo(await peers.echo())
  await session.composeText('remember me')
  await session.send()
  await session.textEditor.fill('something else')
  await session.composer.getByRole('button', { name: 'History' }).click()
  await page.getByRole('menuitem', { name: /remember me/ }).click()
  await expect(session.textEditor).toHaveValue('remember me')
})

/** The methods of a page object that read well on their own. */
function bind(workbench: WorkbenchPage) {
  return { connectTo: workbench.connectTo.bind(workbench), session: workbench.session }
}
