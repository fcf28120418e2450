import type { Locator } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the chart tells what a session sent and received, by keyboard and as a table, ${colorScheme}`, async ({
    page,
    peers,
  }) => {
    await page.emulateMedia({ colorScheme })
    const window = new WorkbenchPage(page)
    await window.connectTo(await peers.echo())
    await window.session.composeText('0123456789')
    await window.session.send()
    await expect(window.session.receivedRow('0123456789')).toBeVisible()

    await window.runCommand('Show or hide the rate chart')
    const chart = page.getByRole('region', { name: 'Rate chart', exact: true })
    await expect(chart.locator('canvas')).toBeVisible()
    await chart.getByRole('radio', { name: 'All', exact: true }).click()
    const cursor = chart.getByRole('slider', { name: 'Time in the chart' })
    await cursor.press('Home')
    await expect(cursor).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d.*: sent .*, received .*/)
    await expectAccessible(page)

    await chart.getByRole('button', { name: 'Show as table' }).click()
    const table = chart.getByRole('table', { name: 'Bytes sent and received over time' })
    await expect(table.getByRole('cell', { name: '11 B', exact: true })).toHaveCount(2)
    await expectAccessible(page)

    await page.reload()
    await window.session.bar.waitFor()
    await expect(chart).toBeVisible()
    await page.getByRole('button', { name: 'Rate chart' }).click()
    await expect(chart).toBeHidden()
  })
}

test('the chart of a kept capture goes to times', async ({ page, workbench, peers }) => {
  const live = new WorkbenchPage(page)
  const peer = await peers.telemetry()
  await live.connectTo(peer)
  await expect.poll(() => countIn(page.getByText(/^[\d,]+ records$/).last())).toBeGreaterThan(60)
  peer.finish()
  await live.session.button('Disconnect')

  const window = new WorkbenchPage(await workbench.restart())
  await window.page.getByRole('tree', { name: 'Captures' }).getByRole('treeitem', { name: /127/ }).dblclick()
  await window.page.getByRole('button', { name: 'Rate chart' }).click()
  const chart = window.page.getByRole('region', { name: 'Rate chart', exact: true })
  const surface = chart.getByRole('slider', { name: 'Time in the chart' })
  await expect(surface).toHaveAttribute('aria-valuemax', /^[1-9]/)

  const box = await boxOf(surface)
  const selected = window.session.traffic.getByRole('row', { selected: true })
  await window.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await expect(selected).toHaveCount(1)
  const clicked = ((await surface.getAttribute('aria-valuetext')) ?? '').replace(/: sent.*/, '')
  const times = await timesOf(window.session.traffic, clicked.length)
  const at = times.findIndex(({ isSelected }) => isSelected)
  expect((times[at]?.time ?? '') >= clicked).toBe(true)
  expect((times[at - 1]?.time ?? '') <= clicked).toBe(true)

  await surface.press('Home')
  await surface.press('Enter')
  await expect(selected).toHaveAttribute('aria-rowindex', '2')
})

async function countIn(text: Locator): Promise<number> {
  return Number(((await text.textContent()) ?? '').replace(/\D/g, ''))
}

async function boxOf(place: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await place.boundingBox()
  if (box === null) throw new Error('It is not to be seen.')
  return box
}

/** The rows in view: their times of day to so many characters, and whether they are selected. */
async function timesOf(traffic: Locator, length: number): Promise<readonly { time: string; isSelected: boolean }[]> {
  const rows = await traffic
    .getByRole('row')
    .filter({ has: traffic.page().getByRole('gridcell') })
    .all()
  return Promise.all(
    rows.map(async (row) => ({
      time:
        /\d\d:\d\d:\d\d\.\d{3} \d{3}/.exec((await row.getAttribute('aria-label')) ?? '')?.[0].slice(0, length) ?? '',
      isSelected: (await row.getAttribute('aria-selected')) === 'true',
    })),
  )
}
