import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const message = 'This is the message.  It will be repeated.'
const strip = (page: Page): Locator => page.getByRole('group', { name: 'Echo check' })

async function check(window: WorkbenchPage, change?: (form: Locator) => Promise<void>): Promise<Locator> {
  await window.session.menu('Echo check')
  const form = window.page.getByRole('dialog', { name: 'Echo check' })
  await change?.(form)
  await form.getByRole('button', { name: 'Check', exact: true }).click()
  return strip(window.page)
}

test('42 bytes come back from the local echo server in pieces of 16, 16 and 10', async ({ page }) => {
  const window = new WorkbenchPage(page)
  await window.connection('Echo (sample)').dblclick()
  await window.session.expectState('Open')
  await window.runCommand('Echo check')
  const form = page.getByRole('dialog', { name: 'Echo check' })
  await expect(form.getByRole('textbox', { name: 'Text' })).toHaveValue(message)
  await expect(form.getByText('42 bytes.')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(strip(page)).toContainText(/Complete.*received 42 of 42.*All 42 bytes came back unchanged/)
  await expect(strip(page)).toContainText('16, 16, 10')
  await expectAccessible(page)
  await strip(page).getByRole('button', { name: 'Check again' }).click()
  await expect(window.session.sentRow('This is the message')).toHaveCount(2)
  await expect(strip(page)).toContainText(/Complete.*16, 16, 10/)
  await window.session.expectState('Open')
})

test('a peer that closes early is told with the count, and no read goes on', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.closing(message.slice(0, 24))
  await window.connectTo(peer)
  const result = await check(window)
  await expect(result.getByRole('status')).toContainText('24 of 42, peer closed.')
  await expect(result).toContainText(/Incomplete.*What came back is what was sent/)
  await expect(result.getByRole('button', { name: 'Stop' })).toBeHidden()
})

test('a surplus is shown, other bytes are told with their offset', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  const result = await check(window, async (form) => {
    await form.getByRole('radio', { name: '256' }).click()
    await form.getByRole('textbox', { name: 'Text' }).fill('ABCD')
  })
  await expect(result).toContainText('received 0 of 4')
  peer.send('ABXDEFG')
  await expect(result).toContainText(/Not the same.*offset 2, counted from 0.*3 bytes more than were sent came back/)
})

test('a peer that says nothing: the time is over, or a person stops', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.connectTo(peer)
  const result = await check(window, (form) => form.getByRole('textbox', { name: 'Timeout' }).fill('200'))
  await expect(result).toContainText(/Incomplete.*0 of 42 within 200 ms, then the time was over/)
  await result.getByRole('button', { name: 'Take it away' }).click()
  await check(window, (form) => form.getByRole('textbox', { name: 'Timeout' }).fill(''))
  await result.getByRole('button', { name: 'Stop' }).click()
  await expect(result).toContainText(/Stopped.*0 of 42 came back/)
})

test('what is in the composer is checked, with its line ending', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  const peer = await peers.echo()
  await window.connectTo(peer)
  await window.session.composeText('*IDN?', 'Ends with CRLF')
  const result = await check(window, async (form) => {
    await form.getByRole('radio', { name: 'What is in the composer' }).click()
    await expect(form.getByText('*IDN?')).toBeVisible()
  })
  await expect(result).toContainText(/received 7 of 7.*All 7 bytes came back unchanged/)
  expect(peer.receivedText).toBe('*IDN?\r\n')
})
