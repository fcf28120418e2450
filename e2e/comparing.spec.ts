import type { Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

async function chooseInMenu(page: Page, row: ReturnType<WorkbenchPage['session']['row']>, entry: string | RegExp) {
  await row.click({ button: 'right' })
  await page.getByRole('menuitem', { name: entry }).click()
}

test('two messages stand side by side with what differs marked, and stay when tabs are switched', async ({
  page,
  peers,
}) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  await bench.newConnection({ host: peer.host, port: peer.port, name: 'Compared' })
  await bench.session.expectState('Open')
  peer.send(utf8('temp=21.5;unit=C;'))
  await expect(bench.session.receivedRow('temp=21.5')).toBeVisible()
  peer.send(utf8('temp=22.5;unit=C;more=1;'))
  await chooseInMenu(page, bench.session.receivedRow('temp=21.5'), 'Select for comparison')
  await chooseInMenu(page, bench.session.receivedRow('temp=22.5'), /^Compare with Received message/)

  const comparison = page.getByRole('region', { name: 'Comparison', exact: true })
  await expect(comparison.getByRole('status')).toHaveText('1 byte changed, 7 bytes inserted in 2 places')
  const bytes = comparison.getByRole('grid', { name: 'Bytes of both messages side by side' })
  await expect(bytes.locator('mark', { hasText: '31' })).toBeVisible()
  await comparison.getByRole('button', { name: /^Next difference/ }).click()
  await expect(comparison.getByText('1 of 2')).toBeVisible()
  await page.keyboard.press('F8')
  await expect(comparison.getByText('2 of 2')).toBeVisible()
  await comparison.getByRole('radio', { name: 'Characters' }).click()
  await expect(bytes.getByRole('insertion').first()).toContainText('more=1')
  await expectAccessible(page)

  await bench.tab('Compared').click()
  await expect(comparison).toBeHidden()
  await page.getByRole('tab', { name: /↔/ }).click()
  await expect(comparison.getByText('2 of 2')).toBeVisible()
})

test('two captures are paired message by message; the chosen pair is shown', async ({ page, peers }) => {
  const bench = new WorkbenchPage(page)
  const peer = await peers.silent()
  for (const [name, lines] of [
    ['First run', ['hello', 'value 1', 'bye']],
    ['Second run', ['hello', 'value 2', 'bye', 'more']],
  ] as const) {
    await bench.newConnection({ host: peer.host, port: peer.port, name })
    await bench.session.expectState('Open')
    peer.send(utf8(`${lines.join('\n')}\n`))
    await expect(bench.session.row(/^Received/)).toBeVisible()
    await bench.session.button('Disconnect')
    await expect(bench.session.bar.getByRole('status')).toHaveText(/Closed/)
  }
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill('Compare two captures')
  await page.keyboard.press('Enter')

  const setup = page.getByRole('form', { name: 'What is compared' })
  const optionOf = async (list: string, name: RegExp): Promise<string> => {
    const label = await setup.getByRole('combobox', { name: list }).getByRole('option', { name }).first().textContent()
    return label ?? ''
  }
  await setup
    .getByRole('combobox', { name: 'Left capture' })
    .selectOption({ label: (await optionOf('Left capture', /^First run/)).trim() })
  await setup
    .getByRole('combobox', { name: 'Right capture' })
    .selectOption({ label: (await optionOf('Right capture', /^Second run/)).trim() })
  await setup.getByRole('combobox', { name: 'Messages' }).selectOption({ label: 'cut both like this' })
  await setup.getByRole('textbox', { name: 'Framing' }).fill('lf')
  await setup.getByRole('button', { name: 'Compare' }).click()

  await expect(page.getByText('2 same, 1 changed, 0 only left, 1 only right')).toBeVisible()
  const pairs = page.getByRole('grid', { name: 'Pairs of messages' })
  await expect(pairs.getByRole('row')).toHaveCount(5)
  await page.getByRole('checkbox', { name: 'Differences only' }).check()
  await expect(pairs.getByRole('row')).toHaveCount(3)
  await pairs.getByRole('row', { name: /changed/ }).click()
  await expect(page.getByText('1 byte changed in 1 place')).toBeVisible()
  await expectAccessible(page)
})
