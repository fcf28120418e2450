import type { Locator, Page } from '@playwright/test'
import { createHash } from 'node:crypto'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

/** A session whose peer has sent these bytes, with the first received row inspected. */
async function inspect(page: Page, bench: WorkbenchPage, bytes: Uint8Array): Promise<Locator> {
  await bench.session.row(new RegExp(`^Received, ${bytes.length} bytes`)).click()
  const { inspector } = bench.session
  await expect(inspector.getByRole('grid', { name: 'Bytes of the selected message' })).toBeVisible()
  return inspector
}

const group = (inspector: Locator, name: string): Locator => inspector.getByRole('button', { name, exact: true })

test('bytes at the cursor are read as numbers, times and text, and copied', async ({ page, peers, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.newConnection({ host: peer.host, port: peer.port, name: 'Values' })
  await bench.session.expectState('Open')
  // 1700000000 as a 32-bit Unix time, big endian; then 0.1 as a binary32, little endian; then text.
  const bytes = new Uint8Array(Buffer.from('6553f100cdcccc3d48656c6c6f', 'hex'))
  peer.send(bytes)
  const inspector = await inspect(page, bench, bytes)

  const integers = inspector.getByRole('table', { name: 'Integers' })
  await expect(integers.getByRole('row', { name: /^u32 / })).toContainText('1700000000')
  await expect(integers.getByRole('row', { name: /^u128 / })).toContainText('needs 16 bytes')
  await expect(
    inspector.getByRole('table', { name: 'Times' }).getByRole('row', { name: /^Unix s, u32/ }),
  ).toContainText('2023-11-14T22:13:20Z')

  await integers.getByRole('button', { name: 'Copy u32, big endian: 1700000000' }).click()
  await expect(page.getByText('Copied 1700000000')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('1700000000')

  const dump = inspector.getByRole('grid', { name: 'Bytes of the selected message' })
  await dump.focus()
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight')
  await expect(inspector.getByText('At byte 4', { exact: true })).toBeVisible()
  await expect(
    inspector.getByRole('table', { name: 'Floating point' }).getByRole('row', { name: /^f32 / }),
  ).toContainText('0.1')
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+End')
  await expect(inspector.getByText('5 bytes selected, 8 to 12')).toBeVisible()
  await expect(inspector.getByRole('table', { name: 'Text' }).getByRole('row', { name: /^UTF-8/ })).toContainText(
    'Hello',
  )
  await expectAccessible(page)
})

test('checksums of the selection come from the engine; groups stay as they were folded', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.newConnection({ host: peer.host, port: peer.port, name: 'Checksums' })
  await bench.session.expectState('Open')
  const bytes = new TextEncoder().encode('>123456789<')
  peer.send(bytes)
  const inspector = await inspect(page, bench, bytes)
  await group(inspector, 'Checksums and hashes').click()
  const digests = inspector.getByRole('table', { name: 'Checksums and hashes' })
  await expect(digests.getByRole('row', { name: /^SHA-256/ })).toContainText(
    createHash('sha256').update(bytes).digest('hex'),
  )
  const dump = inspector.getByRole('grid', { name: 'Bytes of the selected message' })
  await dump.focus()
  await page.keyboard.press('ArrowRight')
  for (let step = 0; step < 8; step++) await page.keyboard.press('Shift+ArrowRight')
  await expect(inspector.getByText('Of the 9 bytes that are selected')).toBeVisible()
  await expect(digests.getByRole('row', { name: /^CRC-16\/MODBUS/ })).toContainText('4b37')
  await expect(digests.getByRole('row', { name: /^MD5/ })).toContainText('25f9e794323b453885f5181f1b624d0b')

  await group(inspector, 'Integers').click()
  await expect(inspector.getByRole('table', { name: 'Integers' })).toBeHidden()
  await page.reload()
  await bench.session.row(/^Received, 11 bytes/).click()
  await expect(group(inspector, 'Integers')).toHaveAttribute('aria-expanded', 'false')
  await expect(digests.getByRole('row', { name: /^SHA-1 / })).toContainText(
    createHash('sha1').update(bytes).digest('hex'),
  )
})

test('a selection over several chunks is read as one stretch', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.newConnection({ host: peer.host, port: peer.port, name: 'Stretch' })
  await bench.session.expectState('Open')
  peer.send(new TextEncoder().encode('1234'))
  await expect(bench.session.receivedRow('1234')).toBeVisible()
  peer.send(new TextEncoder().encode('56789'))
  await expect(bench.session.receivedRow('56789')).toBeVisible()
  await bench.session.showView('Stream')
  await bench.session.traffic.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Control+Shift+End')
  const { inspector } = bench.session
  await expect(inspector.getByRole('heading', { name: 'Selection' })).toBeVisible()
  await expect(inspector.getByText('9 bytes selected, 0 to 8')).toBeVisible()
  await expect(inspector.getByRole('table', { name: 'Text' }).getByRole('row', { name: /^UTF-8/ })).toContainText(
    '123456789',
  )
  await group(inspector, 'Checksums and hashes').click()
  await expect(
    inspector.getByRole('table', { name: 'Checksums and hashes' }).getByRole('row', { name: /^CRC-32 / }),
  ).toContainText('cbf43926')
})
