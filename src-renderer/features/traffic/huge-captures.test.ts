import { page, userEvent } from 'vitest/browser'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { formatCount } from '../../format/quantities.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import { HugeCapture } from './huge-capture.test-support.ts'
import { TrafficView } from './traffic-view.svelte.ts'
import TrafficFrame from './TrafficFrame.test-support.svelte'

const labels = (): string[] =>
  [...document.querySelectorAll('[role=row][data-row]')].map((row) => row.getAttribute('aria-label') ?? '')

beforeEach(async () => {
  await page.viewport(1000, 600)
})

describe.each([1_000_000_000, 10_000_000_000])('a capture of %d rows', (rowCount) => {
  const last = `row ${rowCount - 1}`

  async function show(following = false) {
    const capture = new HugeCapture(rowCount)
    const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following })
    void render(TrafficFrame, { traffic, workbench: new Workbench(capture), sending: null })
    await vi.waitFor(() => expect(labels().at(following ? -1 : 0)).toContain(following ? last : 'row 0'))
    const grid = page.getByRole('grid', { name: 'Traffic' }).element() as HTMLElement
    return { traffic, grid }
  }

  /** The last row is whole in view. */
  function expectLastInView(grid: HTMLElement): void {
    const row = grid.querySelector(`[data-row="${rowCount - 1}"]`)
    const [frame, box] = [grid.getBoundingClientRect(), row?.getBoundingClientRect()]
    expect(box?.height).toBe(26)
    expect(box?.bottom).toBeLessThanOrEqual(frame.bottom + 0.5)
  }

  it('is gone to its last row by the scroll bar', async () => {
    const { grid } = await show()
    grid.scrollTop = grid.scrollHeight
    await vi.waitFor(() => expect(labels().at(-1)).toContain(last))
    expectLastInView(grid)
    grid.scrollTop = 0
    await vi.waitFor(() => expect(labels()[0]).toContain('row 0 '.trim()))
  })

  it('is walked row by row at its end, by keys and by wheel', async () => {
    const { traffic, grid } = await show()
    grid.focus()
    await userEvent.keyboard('{End}')
    await vi.waitFor(() => expect(labels().at(-1)).toContain(last))
    expectLastInView(grid)
    await userEvent.keyboard('{ArrowUp}')
    await vi.waitFor(() => expect(traffic.selection?.focus.row).toBe(rowCount - 2))
    await userEvent.keyboard('{PageUp}{PageDown}')
    await vi.waitFor(() =>
      expect(document.querySelector('[aria-selected=true]')?.getAttribute('aria-label')).toContain(
        `row ${rowCount - 2}`,
      ),
    )
    const before = traffic.scroller.topPx
    grid.dispatchEvent(new WheelEvent('wheel', { deltaY: -26, cancelable: true, bubbles: true }))
    await vi.waitFor(() => expect(before - traffic.scroller.topPx).toBeCloseTo(26, 3))
    await vi.waitFor(() => expect(labels().at(-1)).toContain(`row ${rowCount - 2}`))
    grid.dispatchEvent(new WheelEvent('wheel', { deltaY: 52, cancelable: true, bubbles: true }))
    await vi.waitFor(() => expect(labels().at(-1)).toContain(last))
    await userEvent.keyboard('{Home}')
    await vi.waitFor(() => expect(traffic.scroller.firstVisibleRow).toBe(0))
  })

  it('is gone to any row by number and by time', async () => {
    const { traffic } = await show(true)
    for (const [by, typed, row] of [
      ['Row', formatCount(rowCount), rowCount - 1],
      ['Row', formatCount(rowCount - 123_456), rowCount - 123_457],
      ['Time', `+${(rowCount - 7) / 1e6} s`, rowCount - 7],
    ] as const) {
      await page.getByRole('button', { name: 'Go to...' }).click()
      const dialog = page.getByRole('dialog', { name: 'Go to' })
      await dialog.getByRole('radio', { name: by }).click()
      await dialog.getByRole('textbox').fill(typed)
      await userEvent.keyboard('{Enter}')
      await vi.waitFor(() => expect(traffic.selection?.focus.row).toBe(row))
      await vi.waitFor(() => expect(labels().some((label) => label.endsWith(`row ${row} LF `))).toBe(true))
      await expect.element(dialog).not.toBeInTheDocument()
    }
  })
})
