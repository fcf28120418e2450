import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import type { CaptureWindowRequest } from '../../../src-main/contract/schemas/capture.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { TrafficView } from '../traffic/traffic-view.svelte.ts'
import TrafficFrame from './TrafficFrame.test-support.svelte'

let workbench: Workbench

beforeEach(async () => {
  await page.viewport(1280, 800)
})

afterEach(() => workbench.close())

async function show(capture: FakeCapture): Promise<TrafficView> {
  workbench = new Workbench(capture)
  await Promise.all([workbench.captures.start(), workbench.structures.start()])
  const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following: false })
  void render(TrafficFrame, { traffic, workbench, sending: null })
  await vi.waitFor(() => expect(traffic.rows.drawn?.rows.length).toBeGreaterThan(0))
  return traffic
}

function exchange(): FakeCapture {
  const capture = new FakeCapture().event({ kind: 'note', text: 'began' })
  for (let line = 0; line < 10; line++) {
    capture.data('sent', 'ASK\n', 1).data('received', line === 3 ? 'ALARM and more\n' : 'fine\n', 1 + (line % 3))
  }
  return capture
}

const region = () => page.getByRole('region', { name: 'Filter of the timeline' })
const counts = (): string => document.querySelector('.summary .counts')?.textContent.trim() ?? ''
const openFilter = (): Promise<void> => page.getByRole('button', { name: 'Filter', exact: true }).click()
const unfold = (): Promise<void> => region().getByRole('button', { name: 'More conditions' }).click()

describe('the filter of the timeline', () => {
  it('takes every condition while it is typed, tells what is shown and hidden, and is cleared in one press', async () => {
    const capture = exchange()
    await show(capture)
    await openFilter()
    await region().getByRole('combobox', { name: 'Direction' }).selectOptions('Received')
    await vi.waitFor(() => expect(counts()).toBe('11 rows shown, 10 rows hidden'))
    await region().getByRole('checkbox', { name: 'Show events' }).click()
    await vi.waitFor(() => expect(counts()).toBe('10 rows shown, 11 rows hidden'))
    await unfold()
    await region().getByRole('textbox', { name: 'Connections' }).fill('2-3')
    await vi.waitFor(() => expect(counts()).toBe('6 rows shown, 15 rows hidden'))
    await region().getByRole('textbox', { name: 'Connections' }).fill('')
    await region().getByRole('textbox', { name: 'Text or bytes' }).fill('ALARM')
    await vi.waitFor(() => expect(counts()).toBe('1 row shown, 20 rows hidden'))
    await region().getByRole('combobox', { name: 'Content' }).selectOptions('lacks')
    await vi.waitFor(() => expect(counts()).toBe('9 rows shown, 12 rows hidden'))
    await region().getByRole('textbox', { name: 'Size from' }).fill('0x6')
    await region().getByRole('combobox', { name: 'Content' }).selectOptions('contains')
    await vi.waitFor(() => expect(counts()).toBe('1 row shown, 20 rows hidden'))
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await vi.waitFor(() => expect(document.querySelectorAll('[role=row][data-row]')).toHaveLength(21))
    await expect.element(region().getByRole('combobox', { name: 'Direction' })).toHaveValue('both')
    await expect.element(region().getByRole('textbox', { name: 'Size from' })).toHaveValue('')
  })

  it('names its conditions, each taken away by a press, also when they were set elsewhere', async () => {
    const traffic = await show(exchange())
    await traffic.setFilter({ scope: { direction: 'sent' }, showsEvents: false })
    await traffic.setTimeScope(5_000_000, 12_000_000)
    await expect.element(page.getByRole('button', { name: 'Remove the condition Sent only' })).toBeVisible()
    await openFilter()
    await region().getByRole('button', { name: 'More conditions, 2 set' }).click()
    await expect.element(region().getByRole('textbox', { name: 'Time from' })).toHaveValue('+0.005 s')
    await page.getByRole('button', { name: /^Remove the condition From/ }).click()
    await page.getByRole('button', { name: 'Remove the condition Without events' }).click()
    await vi.waitFor(() =>
      expect(traffic.filter).toMatchObject({
        scope: { direction: 'sent', fromNs: null, toNs: 12_000_000 },
        showsEvents: true,
      }),
    )
    await expect.element(region().getByRole('textbox', { name: 'Time from' })).toHaveValue('')
  })

  it('says that it hides everything, and offers to clear it', async () => {
    await show(exchange())
    await openFilter()
    await unfold()
    await region().getByRole('textbox', { name: 'Size from' }).fill('4 kB')
    await region().getByRole('checkbox', { name: 'Show events' }).click()
    await expect.element(page.getByRole('heading', { name: 'The filter hides everything' })).toBeVisible()
    await expect.element(page.getByText('21 rows are there, and none of them fits the filter.')).toBeVisible()
    await page.getByRole('button', { name: 'Clear the filter' }).last().click()
    await vi.waitFor(() => expect(document.querySelectorAll('[role=row][data-row]')).toHaveLength(21))
  })

  it('keeps what was in force while something cannot be read, and says so there', async () => {
    const traffic = await show(exchange())
    await openFilter()
    await unfold()
    await region().getByRole('textbox', { name: 'Size from' }).fill('5')
    await vi.waitFor(() => expect(traffic.filter?.scope?.minimumBytes).toBe(5))
    await region().getByRole('textbox', { name: 'Size to' }).fill('3')
    await expect.element(region().getByText('This is less than the size it begins with.')).toBeVisible()
    expect(traffic.filter?.scope?.maximumBytes ?? null).toBeNull()
    await expect
      .element(region().getByRole('textbox', { name: 'Size to' }))
      .toHaveAccessibleDescription('This is less than the size it begins with.')
    await expect.element(region().getByRole('button', { name: /^More conditions/ })).toBeDisabled()
  })

  it('shows at the field why the engine does not take a pattern, and not as a failure of the rows', async () => {
    const capture = exchange()
    await show(capture)
    capture.answers.set('capture.window', (request: CaptureWindowRequest) => {
      if (request.filter?.content) throw new WirebenchError('pattern-malformed', { position: 2, reason: 'No.' })
      return { view: request.view, firstRow: 0, rows: [], totalRows: 0, complete: true, hiddenRows: 0 }
    })
    await openFilter()
    await region().getByRole('combobox', { name: 'Look for' }).selectOptions('Hex')
    const pattern = region().getByRole('textbox', { name: 'Text or bytes' })
    await pattern.fill('zz')
    const { message } = describeError('pattern-malformed', { reason: 'No.' })
    await expect.element(pattern).toHaveAccessibleDescription(`${message} See character 2.pattern-malformed`)
    expect(page.getByRole('alert').elements()).toEqual([])
  })

  it('is shut with its reason where every byte is shown, and there again in the timeline', async () => {
    const traffic = await show(exchange())
    await traffic.setFilter({ scope: { direction: 'sent' } })
    await openFilter()
    await page.getByRole('radio', { name: 'Stream' }).click()
    await expect.element(region().getByRole('combobox', { name: 'Direction' })).toBeDisabled()
    await expect.element(region().getByText(/^The stream and the text show every byte/)).toBeVisible()
    await vi.waitFor(() => expect(traffic.rows.totalRows).toBe(20))
    await region().getByRole('button', { name: 'Show the timeline' }).click()
    await vi.waitFor(() => expect(counts()).toBe('11 rows shown, 10 rows hidden'))
  })

  it('goes back to the rows by Escape', async () => {
    await show(exchange())
    await openFilter()
    await expect.element(region().getByRole('textbox', { name: 'Text or bytes' })).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    await expect.element(region()).not.toBeInTheDocument()
    await expect.element(page.getByRole('grid', { name: 'Traffic' })).toHaveFocus()
  })
})
