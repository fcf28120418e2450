import { page, userEvent } from 'vitest/browser'
import { describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import { FakeCapture } from './fake-capture.test-support.ts'
import { TrafficView } from './traffic-view.svelte.ts'
import TrafficFrame from './TrafficFrame.test-support.svelte'

function show(capture: FakeCapture, canSend = true) {
  const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following: true })
  const sent: Uint8Array[] = []
  const edited: Uint8Array[] = []
  const sending = {
    canSend,
    sendAgain: async (bytes: Uint8Array) => void sent.push(bytes),
    editInComposer: (bytes: Uint8Array) => void edited.push(bytes),
  }
  void render(TrafficFrame, { traffic, workbench: new Workbench(capture), sending })
  return { traffic, sent, edited }
}

const grid = () => page.getByRole('grid', { name: 'Traffic' })
const labels = (): string[] =>
  [...document.querySelectorAll('[role=row][data-row]')].map((row) =>
    (row.getAttribute('aria-label') ?? '').replaceAll(/\d\d:\d\d:\d\d\.\d{3} \d{3}/g, 'TIME'),
  )

function exchange(): FakeCapture {
  return new FakeCapture()
    .event({ kind: 'resolved', transition: null, host: 'psu-3.lab', addresses: ['192.168.7.31'], elapsedMs: 2.1 })
    .data('sent', '*IDN?\n')
    .data('received', 'KESTREL INSTRUMENTS,PS-3005\r\n')
    .data('received', Uint8Array.from([0x56, 0x4f, 0x4c, 0x54, 0xff, 0x80]))
}

describe('traffic', () => {
  it('shows rows that a screen reader can read, and asks for what is in view only', async () => {
    const capture = exchange()
    show(capture)
    await vi.waitFor(() => expect(labels()).toHaveLength(4))
    expect(labels()).toEqual([
      'Event, TIME, Resolved psu-3.lab to 192.168.7.31 in 2.1 ms',
      'Sent, 6 bytes, TIME, *IDN? LF ',
      'Received, 29 bytes, TIME, KESTREL INSTRUMENTS,PS-3005 CR LF ',
      'Received, 6 bytes, TIME, Not UTF-8 at byte 4: 56 4F 4C 54 FF 80',
    ])
    expect(new Set(capture.calls.map(({ name }) => name))).toEqual(new Set(['capture.window']))
  })

  it('shows the same bytes as stream and as text', async () => {
    show(exchange())
    await page.getByRole('radio', { name: 'Stream' }).click()
    await vi.waitFor(() => expect(labels()[0]).toContain('offset 00000000, 2A 49 44 4E 3F 0A'))
    await page.getByRole('radio', { name: 'Text' }).click()
    await vi.waitFor(() => expect(labels().at(-1)).toBe('Received, TIME, VOLTFF 80, goes on in the next row'))
  })

  it('follows the end, stops when the user scrolls up, and says what came meanwhile', async () => {
    const capture = new FakeCapture()
    for (let line = 0; line < 200; line++) capture.data('received', `line ${line}\n`)
    const { traffic } = show(capture)
    await vi.waitFor(() => expect(labels().at(-1)).toContain('line 199'))
    const element = grid().element() as HTMLElement
    element.scrollTop -= 400
    await vi.waitFor(() => expect(traffic.rows.following).toBe(false))
    const before = labels()[0]
    for (let line = 200; line < 260; line++) capture.data('received', `line ${line}\n`)
    capture.grow()
    await expect.element(page.getByRole('button', { name: '60 new rows below' })).toBeVisible()
    expect(labels()[0]).toBe(before)
    await expect
      .element(page.getByRole('button', { name: 'Follow', exact: true }))
      .toHaveAttribute('aria-pressed', 'false')
    await page.getByRole('button', { name: '60 new rows below' }).click()
    await vi.waitFor(() => expect(labels().at(-1)).toContain('line 259'))
    await page.getByRole('button', { name: 'Following' }).click()
    expect(traffic.rows.following).toBe(false)
  })

  it('goes on following when its place grows, whichever way the browser tells of it first', async () => {
    const capture = new FakeCapture()
    for (let line = 0; line < 200; line++) capture.data('received', `line ${line}\n`)
    const { traffic } = show(capture)
    await vi.waitFor(() => expect(labels().at(-1)).toContain('line 199'))
    const element = grid().element() as HTMLElement
    const before = element.clientHeight
    element.style.height = `${before - 100}px`
    await vi.waitFor(() => expect(traffic.scroller.viewportPx).toBeLessThan(before - 100))
    element.style.height = `${before}px`
    // The browser has moved the rows for the new height before anybody was told of it.
    expect(element.scrollTop).toBeGreaterThan(0)
    element.dispatchEvent(new Event('scroll'))
    expect(traffic.rows.following).toBe(true)
    await vi.waitFor(() => expect(traffic.scroller.viewportPx).toBeGreaterThan(before - 100))
    expect([traffic.rows.following, traffic.scroller.atEnd]).toEqual([true, true])
  })

  it('goes to the first row by Home, also when nothing was selected', async () => {
    const capture = new FakeCapture()
    for (let line = 0; line < 200; line++) capture.data('received', `line ${line}\n`)
    const { traffic } = show(capture)
    await vi.waitFor(() => expect(labels().at(-1)).toContain('line 199'))
    const element = grid().element() as HTMLElement
    element.focus()
    await userEvent.keyboard('{Home}')
    await vi.waitFor(() => expect(labels()[0]).toContain('line 0'))
    expect([traffic.selection?.focus.row, traffic.rows.following]).toEqual([0, false])
  })

  it('does not call lines new that are only being counted', async () => {
    const capture = new FakeCapture()
    for (let line = 0; line < 200; line++) capture.data('received', `line ${line}\n`)
    capture.complete = false
    const { traffic } = show(capture)
    await vi.waitFor(() => expect(labels()).not.toEqual([]))
    traffic.follow(false)
    for (let line = 200; line < 260; line++) capture.data('received', `line ${line}\n`)
    capture.grow()
    await vi.waitFor(() => expect(traffic.rows.totalRows).toBe(260))
    expect(traffic.rows.newRowCount).toBe(0)
  })

  it('shows the byte gone to in the inspector, in every view', async () => {
    const { traffic } = show(exchange())
    await vi.waitFor(() => expect(labels()).toHaveLength(4))
    await traffic.goTo({ record: 2, offsetInRecord: 21 })
    expect([traffic.selection?.focus.row, traffic.inspected]).toEqual([
      2,
      { record: 2, offsetInRecord: 21, selectedBytes: 0 },
    ])
    traffic.move('up', false)
    expect(traffic.inspected).toEqual({ record: 1, offsetInRecord: 0, selectedBytes: 0 })
  })

  it('selects bytes by key in the stream and copies them', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const { traffic } = show(exchange())
    await page.getByRole('radio', { name: 'Stream' }).click()
    await vi.waitFor(() => expect(traffic.drawnView).toBe('stream'))
    traffic.select({ row: 0, byte: 1 }, false)
    ;(grid().element() as HTMLElement).focus()
    await userEvent.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}{Control>}c{/Control}')
    await vi.waitFor(() => expect(write).toHaveBeenCalledWith('49 44 4E'))
    expect(CSS.highlights.get('selected-bytes')?.size).toBe(2)
    expect(traffic.inspected).toEqual({ record: 1, offsetInRecord: 1, selectedBytes: 3 })
    write.mockRestore()
  })

  it('sends a row again and opens it in the composer', async () => {
    const { sent, edited } = show(exchange())
    await vi.waitFor(() => expect(labels()).toHaveLength(4))
    for (const name of ['Send again', 'Edit in composer']) {
      await page.getByRole('row', { name: 'KESTREL' }).click({ button: 'right' })
      await page.getByRole('menuitem', { name }).click()
    }
    await vi.waitFor(() => expect(edited).toHaveLength(1))
    expect([...sent, ...edited].map((bytes) => new TextDecoder().decode(bytes))).toEqual([
      'KESTREL INSTRUMENTS,PS-3005\r\n',
      'KESTREL INSTRUMENTS,PS-3005\r\n',
    ])
  })

  it('says in place why rows could not be read, and tries again', async () => {
    const capture = exchange()
    capture.answers.set('capture.window', () => {
      throw new WirebenchError('host-gone')
    })
    show(capture)
    await expect.element(page.getByText(describeError('host-gone').message)).toBeVisible()
    capture.answers.clear()
    await page.getByRole('button', { name: 'Try again' }).click()
    await vi.waitFor(() => expect(labels()).toHaveLength(4))
  })
})
