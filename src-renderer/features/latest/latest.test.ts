import * as v from 'valibot'
import { page } from 'vitest/browser'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import type { LatestMessage } from '../../../src-main/contract/schemas/capture.ts'
import { interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import TrafficFrame from '../session/TrafficFrame.test-support.svelte'
import '../../theme/base.css'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { TrafficView } from '../traffic/traffic-view.svelte.ts'

let workbench: Workbench

afterEach(() => workbench.close())

function message(messageId: string, count: number, content: string): LatestMessage {
  const preview = new TextEncoder().encode(content)
  return {
    direction: 'received',
    messageId,
    count,
    ratePerSecond: count,
    row: {
      kind: 'message',
      record: 0,
      connection: 1,
      timeNs: count * 1_000_000,
      direction: 'received',
      number: count,
      streamOffset: 0,
      length: preview.length,
      headBytes: 0,
      tailBytes: 0,
      firstByteTimeNs: 0,
      problem: null,
      preview,
      previewIsWhole: true,
    },
  }
}

async function show(capture: FakeCapture): Promise<void> {
  await page.viewport(1280, 800)
  capture.interpretation = v.parse(interpretation, { received: { framing: { kind: 'json-lines' } } })
  workbench = new Workbench(capture)
  await workbench.captures.start()
  const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following: true })
  void render(TrafficFrame, { traffic, workbench, sending: null })
  await page.getByRole('radio', { name: 'Latest' }).click()
}

function telemetry(count: number): FakeCapture['latest'] {
  return {
    latest: [message('tel_b', count, `{"n":${count}}`), message('tel_a', 90, '{"a":true}')],
    otherCount: 0,
    messageCount: count + 90,
    complete: true,
    messageRate: { sent: null, received: 190 },
  }
}

const grid = () => page.getByRole('grid', { name: 'Latest messages' })
const ids = (): string[] =>
  [...document.querySelectorAll('[aria-label="Latest messages"] [role=row][data-row]')].map(
    (row) => row.firstElementChild?.textContent ?? '',
  )

describe('latest messages', () => {
  it('are told with count, rate and summary, keep their places while they change, and are sorted by a press', async () => {
    const capture = new FakeCapture().data('received', '{"n":5}\n')
    capture.latest = telemetry(5)
    await show(capture)
    await expect.element(grid().getByRole('row', { name: /tel_b Received 5 5\.0 .* \{"n": 5\}/ })).toBeVisible()
    await expect.element(page.getByText('Messages a second: – sent, 190 received')).toBeInTheDocument()
    capture.latest = telemetry(200)
    capture.grow()
    await expect.element(grid().getByRole('row', { name: /tel_b Received 200 200/ })).toBeVisible()
    expect(ids()).toEqual(['tel_b', 'tel_a'])
    await page.getByRole('button', { name: 'Sort by Message id' }).click()
    await vi.waitFor(() => expect(ids()).toEqual(['tel_a', 'tel_b']))
    await page.getByRole('textbox', { name: 'Filter by message id' }).fill('b')
    await vi.waitFor(() => expect(ids()).toEqual(['tel_b']))
  })

  it('show the selected one in the inspector', async () => {
    const capture = new FakeCapture().data('received', '{"n":5}\n')
    capture.latest = telemetry(5)
    await show(capture)
    await grid().getByRole('row', { name: /tel_b/ }).click()
    const tree = page.getByRole('tree', { name: 'Decoded message' })
    await expect.element(tree.getByRole('treeitem', { name: /^n 5/ })).toBeVisible()
  })

  it('take another path of the id', async () => {
    const capture = new FakeCapture().data('received', '{"n":5}\n')
    capture.latest = telemetry(5)
    await show(capture)
    const path = page.getByRole('textbox', { name: 'Path of the message id' })
    await path.fill('$.n')
    ;(path.element() as HTMLElement).blur()
    await vi.waitFor(() => expect(capture.interpretation.messageIdPath).toBe('$.n'))
  })

  it('say why they cannot be had', async () => {
    const capture = new FakeCapture()
    capture.answers.set('capture.latest', () => {
      throw new WirebenchError('capture-not-found')
    })
    await show(capture)
    await expect.element(page.getByText(describeError('capture-not-found').message)).toBeVisible()
  })
})
