import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test, type Peers, type Workbench } from './fixtures/workbench.ts'
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
  const { window, chart } = await keptTelemetry(page, workbench, peers)
  const surface = chart.getByRole('slider', { name: 'Time in the chart' })
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

test('a stretch brushed with the mouse is what the timeline shows, with what it hides, until the chip is pressed', async ({
  page,
  workbench,
  peers,
}) => {
  const { window, chart, traffic, wholeCount } = await keptTelemetry(page, workbench, peers)
  const surface = chart.getByRole('slider', { name: 'Time in the chart' })
  await brush(window.page, surface, 0.3, 0.6)

  const { shown, hidden } = await filteredCounts(window.page)
  // The head of the table is a row as well.
  expect([shown > 0, hidden > 0, shown + hidden + 1]).toEqual([true, true, wholeCount])
  await expect(traffic).toHaveAttribute('aria-rowcount', String(shown + 1))
  const [from, to] = await chosenTimes(chart)
  for (const end of ['Control+Home', 'Control+End']) {
    await traffic.focus()
    await window.page.keyboard.press(end)
    await expect(traffic.getByRole('row', { selected: true })).toHaveCount(1)
    await expectOnlyTimes(traffic, from, to)
  }
  await expectAccessible(window.page)

  await chart.getByRole('button', { name: 'Clear the chosen time' }).click()
  await expect(window.page.getByText(/rows? hidden$/)).toHaveCount(0)
  await expect(traffic).toHaveAttribute('aria-rowcount', String(wholeCount))
})

test('a stretch with one end taken away is none of the chart any more, and still filters the timeline', async ({
  page,
  workbench,
  peers,
}) => {
  const { window, chart, traffic, wholeCount } = await keptTelemetry(page, workbench, peers)
  // From right to left.
  await brush(window.page, chart.getByRole('slider', { name: 'Time in the chart' }), 0.7, 0.4)
  await filteredCounts(window.page)
  await window.page.getByRole('button', { name: /^Remove the condition From / }).click()
  await expect(chart.getByRole('button', { name: 'Clear the chosen time' })).toBeHidden()
  const rest = await filteredCounts(window.page)
  expect(rest.shown + rest.hidden + 1).toBe(wholeCount)
  await window.page.getByRole('button', { name: /^Remove the condition To / }).click()
  await expect(traffic).toHaveAttribute('aria-rowcount', String(wholeCount))
})

test('a stretch brushed by keyboard is what the timeline shows, until Escape or the chip', async ({
  page,
  workbench,
  peers,
}) => {
  const { window, chart, traffic, wholeCount } = await keptTelemetry(page, workbench, peers)
  const start = chart.getByRole('slider', { name: 'Beginning of the chosen time' })
  const end = chart.getByRole('slider', { name: 'End of the chosen time' })
  const all = await chosenTimes(chart)
  for (let step = 0; step < 12; step += 1) await start.press('Shift+ArrowRight')
  for (let step = 0; step < 12; step += 1) await end.press('Shift+ArrowLeft')
  const [from, to] = await chosenTimes(chart)
  expect([from > all[0], to < all[1], from < to]).toEqual([true, true, true])
  await expect(chart.getByRole('status').filter({ hasText: /^The timeline shows .* to / })).toBeAttached()
  await expectOnlyTimes(traffic, from, to)
  const { shown, hidden } = await filteredCounts(window.page)
  expect([shown > 0, hidden > 0, shown + hidden + 1]).toEqual([true, true, wholeCount])

  await end.press('Escape')
  await expect(traffic).toHaveAttribute('aria-rowcount', String(wholeCount))
  await expect(window.page.getByText(/rows? hidden$/)).toHaveCount(0)
  expect(await chosenTimes(chart)).toEqual(all)

  await start.press('Shift+ArrowRight')
  await filteredCounts(window.page)
  await chart.getByRole('button', { name: 'Clear the chosen time' }).press('Enter')
  await expect(traffic).toHaveAttribute('aria-rowcount', String(wholeCount))
})

/** What a telemetry peer sent, kept and opened again, with its chart, and how many rows the timeline has with its head. */
async function keptTelemetry(
  page: Page,
  workbench: Workbench,
  peers: Peers,
): Promise<{ window: WorkbenchPage; chart: Locator; traffic: Locator; wholeCount: number }> {
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
  const { traffic } = window.session
  await expect(traffic).toHaveAttribute('aria-rowcount', /^\d{2,}$/)
  return { window, chart, traffic, wholeCount: Number(await traffic.getAttribute('aria-rowcount')) }
}

/** Drags over the chart from one place to another, as shares of its width. */
async function brush(page: Page, surface: Locator, from: number, to: number): Promise<void> {
  const { x, y, width, height } = await boxOf(surface)
  await page.mouse.move(x + width * from, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width * to, y + height / 2, { steps: 8 })
  await page.mouse.up()
}

/** How many rows the timeline shows and hides, once it has counted them. */
async function filteredCounts(page: Page): Promise<{ shown: number; hidden: number }> {
  const counts = page.getByText(/^[\d,]+ rows? shown, [\d,]+ rows? hidden$/).first()
  await expect(counts).toBeVisible()
  const [shown = 0, hidden = 0] = ((await counts.textContent()) ?? '').split(' shown').map(digitsOf)
  return { shown, hidden }
}

/** The two ends of what is chosen in the chart; those of the chart while nothing is. */
async function chosenTimes(chart: Locator): Promise<[string, string]> {
  const textOf = async (name: string): Promise<string> =>
    (await chart.getByRole('slider', { name }).getAttribute('aria-valuetext')) ?? ''
  return [await textOf('Beginning of the chosen time'), await textOf('End of the chosen time')]
}

/** Every row in view is of these times, and there are some. */
async function expectOnlyTimes(traffic: Locator, from: string, to: string): Promise<void> {
  await expect
    .poll(async () => {
      const times = await timesOf(traffic, from.length)
      return times.length === 0 ? 'no rows' : times.filter(({ time }) => time < from || time > to)
    })
    .toEqual([])
}

const digitsOf = (text: string): number => Number(text.replace(/\D/g, ''))

async function countIn(text: Locator): Promise<number> {
  return digitsOf((await text.textContent()) ?? '')
}

async function boxOf(place: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await place.boundingBox()
  if (box === null) throw new Error('It is not to be seen.')
  return box
}

/** The rows in view at one moment: their times of day to so many characters, and whether they are selected. */
async function timesOf(traffic: Locator, length: number): Promise<readonly { time: string; isSelected: boolean }[]> {
  const rows = await traffic
    .getByRole('row')
    .filter({ has: traffic.page().getByRole('gridcell') })
    .evaluateAll((elements) =>
      elements.map((element) => ({
        label: element.getAttribute('aria-label') ?? '',
        isSelected: element.getAttribute('aria-selected') === 'true',
      })),
    )
  return rows.map(({ label, isSelected }) => {
    const time = /\d\d:\d\d:\d\d\.\d{3} \d{3}/.exec(label)?.[0] ?? ''
    return { time: time.replace(' ', '').slice(0, length), isSelected }
  })
}
