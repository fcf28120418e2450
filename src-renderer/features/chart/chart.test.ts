import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import type { CaptureRates, CaptureRatesRequest } from '../../../src-main/contract/schemas/capture-rates.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { TrafficView } from '../traffic/traffic-view.svelte.ts'
import ChartFrame from './ChartFrame.test-support.svelte'

let workbench: Workbench
let asked: CaptureRatesRequest[]

beforeEach(async () => {
  asked = []
  await page.viewport(1280, 800)
})
afterEach(() => workbench.close())

/** Ten seconds with an interval each; `connections` of them send 1000 B in every one and receive 500 B in every other one. */
function tenSeconds(connections: number, complete = true): CaptureRates {
  const sentBytes = new Array<number>(10).fill(1000)
  const receivedBytes = Array.from({ length: 10 }, (_, at) => (at % 2) * 500)
  const all = (values: number[]): number[] => values.map((value) => value * connections)
  return {
    fromNs: 0,
    intervalNs: 1e9,
    total: { sentBytes: all(sentBytes), receivedBytes: all(receivedBytes) },
    connections: Array.from({ length: connections }, (_, at) => ({ connection: at + 1, sentBytes, receivedBytes })),
    otherConnectionCount: 0,
    lastTimeNs: 10e9 - 1,
    scannedBytes: complete ? 100 : 40,
    totalBytes: 100,
    complete,
  }
}

async function show(
  answer: () => CaptureRates,
  isLive = false,
): Promise<{ traffic: TrafficView; capture: FakeCapture }> {
  const capture = new FakeCapture()
  for (let at = 0; at < 20; at++) capture.data('sent', `chunk ${at}`)
  capture.answers.set('capture.rates', (request: CaptureRatesRequest) => {
    asked.push(request)
    return answer()
  })
  workbench = new Workbench(capture)
  const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following: false })
  const startedAtUnixUs = new Date(2026, 10, 20, 10, 2, 31).getTime() * 1000
  void render(ChartFrame, { traffic, workbench, startedAtUnixUs, isLive })
  await expect.element(page.getByRole('region', { name: 'Rate chart' })).toBeVisible()
  await expect.poll(() => asked.length).toBeGreaterThan(0)
  return { traffic, capture }
}

const plot = () => page.getByRole('slider', { name: 'Time in the chart' })
const start = () => page.getByRole('slider', { name: 'Beginning of the chosen time' })

it('tells exact values at the cursor, by keyboard', async () => {
  await show(() => tenSeconds(1))
  await expect.element(plot()).toHaveAttribute('aria-valuetext', '10:02:40: sent 1 kB/s, received 500 B/s')
  plot().element().focus()
  await userEvent.keyboard('{ArrowLeft}')
  await expect.element(plot()).toHaveAttribute('aria-valuetext', '10:02:39: sent 1 kB/s, received 0 B/s')
  await userEvent.keyboard('{Home}')
  await expect.element(plot()).toHaveAttribute('aria-valuetext', '10:02:31: sent 1 kB/s, received 0 B/s')
  expect(document.querySelectorAll('canvas').length).toBe(1)
})

it('the ends move by keyboard and the timeline follows; Escape and the chip show all again', async () => {
  const { traffic } = await show(() => tenSeconds(1))
  start().element().focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}')
  await expect.element(start()).toHaveAttribute('aria-valuetext', '10:02:33')
  await expect.poll(() => traffic.filter?.scope).toMatchObject({ fromNs: 2e9, toNs: 10e9 - 1 })
  await expect.element(page.getByText('The timeline shows 10:02:33.0 to 10:02:41.0')).toBeInTheDocument()
  await userEvent.keyboard('{Escape}')
  await expect.poll(() => traffic.filter).toBeNull()
  await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}')
  await expect.poll(() => traffic.filter?.scope?.fromNs).toBe(9e9)
  await page.getByRole('button', { name: 'Clear the chosen time' }).click()
  await expect.poll(() => traffic.filter).toBeNull()
})

it('a drag chooses a stretch of time, zooming in asks for it alone, a double click goes back', async () => {
  const { traffic } = await show(() => tenSeconds(1))
  const box = plot().element().getBoundingClientRect()
  const at = (share: number): { x: number; y: number } => ({ x: box.width * share, y: box.height / 2 })
  await plot().dropTo(plot(), { sourcePosition: at(0.22), targetPosition: at(0.58) })
  await expect.poll(() => traffic.filter?.scope).toMatchObject({ fromNs: 2e9, toNs: 6e9 - 1 })
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await expect.poll(() => asked.at(-1)).toMatchObject({ fromNs: 2e9, toNs: 6e9 })
  await expect.element(page.getByRole('radio', { name: 'Part' })).toBeChecked()
  await plot().dblClick()
  await expect.poll(() => traffic.filter).toBeNull()
  await expect.poll(() => asked.at(-1)).toMatchObject({ fromNs: 0, toNs: null })
})

it('a click goes to the first row of that time', async () => {
  const { traffic } = await show(() => ({ ...tenSeconds(1), intervalNs: 2e6, lastTimeNs: 20e6 - 1 }))
  plot().element().focus()
  await userEvent.keyboard('{Home}{ArrowRight}{Enter}')
  await expect.poll(() => traffic.selection?.focus.row).toBe(2)
  const box = plot().element().getBoundingClientRect()
  await plot().click({ position: { x: box.width * 0.52, y: 20 } })
  await expect.poll(() => traffic.selection?.focus.row).toBeGreaterThan(8)
})

it('connections are switched off and drawn one by one', async () => {
  await show(() => tenSeconds(40))
  await expect.element(plot()).toHaveAttribute('aria-valuetext', '10:02:40: sent 40 kB/s, received 20 kB/s')
  await page.getByRole('checkbox', { name: /^Connection 7 / }).click()
  await expect.element(plot()).toHaveAttribute('aria-valuetext', '10:02:40: sent 39 kB/s, received 19.5 kB/s')
  await page.getByRole('radio', { name: 'Connections' }).click()
  await expect.element(page.getByRole('radio', { name: 'Connections' })).toBeChecked()
})

it('all connections are switched off at once, to see few of them, and on again', async () => {
  await show(() => tenSeconds(40))
  const all = page.getByRole('checkbox', { name: 'All connections' })
  await all.click()
  await expect.element(page.getByText(/switched on sent and received nothing here/)).toBeVisible()
  await page.getByRole('checkbox', { name: /^Connection 7 / }).click()
  await expect.element(plot()).toHaveAttribute('aria-valuetext', '10:02:40: sent 1 kB/s, received 500 B/s')
  await expect.element(all).toBePartiallyChecked()
  await all.click()
  await expect.element(all).toBeChecked()
  await expect.element(plot()).toHaveAttribute('aria-valuetext', '10:02:40: sent 40 kB/s, received 20 kB/s')
})

it('is a table as well, whose rows hold every byte', async () => {
  await show(() => tenSeconds(1))
  await page.getByRole('button', { name: 'Show as table' }).click()
  const rows = page.getByRole('table', { name: 'Bytes sent and received over time' }).getByRole('row')
  await expect.poll(() => rows.elements().length).toBe(11)
  const cells = [...(rows.elements()[2]?.children ?? [])].map(({ textContent }) => textContent)
  expect(cells).toEqual(['10:02:32', '1.00 s', '1,000 B', '500 B', '1 kB/s', '500 B/s'])
})

it('asks again until everything is counted, and no more for a kept capture', async () => {
  let complete = false
  await show(() => tenSeconds(1, complete))
  await expect.element(page.getByText('Counting, 40 %')).toBeVisible()
  await expect.poll(() => asked.length).toBeGreaterThan(2)
  complete = true
  await expect.element(page.getByText('Counting, 40 %')).not.toBeInTheDocument()
  const count = asked.length
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(asked.length).toBe(count)
})

it('a live one moves along its last minute, and holds still for the ends', async () => {
  const { capture } = await show(() => tenSeconds(1), true)
  await expect.element(page.getByRole('radio', { name: 'Last minute' })).toBeChecked()
  await expect.poll(() => asked.length).toBeGreaterThan(2)
  expect(asked.at(-1)).toMatchObject({ fromNs: 0, toNs: null })
  start().element().focus()
  await userEvent.keyboard('{ArrowRight}')
  await expect.element(page.getByRole('radio', { name: 'Part' })).toBeChecked()
  expect(capture.calls.some(({ name }) => name === 'capture.rates')).toBe(true)
})

it('says why there is nothing, and tries again', async () => {
  let fails = true
  await show(() => {
    if (fails) throw new Error('no')
    return { ...tenSeconds(1), total: { sentBytes: [0], receivedBytes: [0] }, connections: [] }
  })
  await expect.element(page.getByText(/The rates could not be read/)).toBeVisible()
  fails = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.element(page.getByText('Nothing was sent or received.')).toBeVisible()
})

it('takes the colours of the theme', async () => {
  await show(() => tenSeconds(2))
  await expect.poll(() => document.querySelectorAll('canvas').length).toBe(1)
  const first = document.querySelector('canvas')
  document.documentElement.dataset.theme = 'dark'
  await vi.waitUntil(() => document.querySelector('canvas') !== first)
  delete document.documentElement.dataset.theme
})
