import * as v from 'valibot'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import { interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import { FakeSearches } from '../search/fake-search.test-support.ts'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { TrafficView } from '../traffic/traffic-view.svelte.ts'
import TrafficFrame from './TrafficFrame.test-support.svelte'

let workbench: Workbench

beforeEach(async () => {
  await page.viewport(1280, 800)
})

afterEach(() => workbench.close())

async function show(capture: FakeCapture): Promise<{ traffic: TrafficView; searches: FakeSearches }> {
  const searches = new FakeSearches(capture)
  workbench = new Workbench(capture)
  await Promise.all([workbench.captures.start(), workbench.structures.start()])
  const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following: false })
  void render(TrafficFrame, { traffic, workbench, sending: null })
  await vi.waitFor(() => expect(traffic.rows.drawn?.rows.length).toBeGreaterThan(0))
  return { traffic, searches }
}

function readings(count: number): FakeCapture {
  const capture = new FakeCapture()
  for (let line = 0; line < count; line++) {
    capture.data(
      line % 2 === 0 ? 'sent' : 'received',
      line % 10 === 5 ? `reading ${line}: ALARM\n` : `reading ${line}\n`,
    )
  }
  return capture
}

const field = () => page.getByRole('textbox', { name: 'Text or bytes to look for' })
const sentence = (): string =>
  document.querySelector('.search .sentence')?.textContent.replaceAll(/\s+/g, ' ').trim() ?? ''

async function openSearch(typed: string): Promise<void> {
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await field().fill(typed)
}

/** What the highlight of that name marks, in the order of the page. */
function marked(name: string): string[] {
  return [...(CSS.highlights.get(name) ?? [])].map((range) => (range instanceof Range ? range.toString() : ''))
}

describe('the search', () => {
  it('counts while it looks, goes on and back, and says when it came around the end', async () => {
    const { traffic, searches } = await show(readings(100))
    searches.looked = 37
    await openSearch('ALARM')
    await vi.waitFor(() => expect(sentence()).toBe('4 found · 37 % looked through'))
    await expect.element(page.getByRole('button', { name: 'Stop looking' })).toBeVisible()
    searches.looked = null
    searches.tell()
    await vi.waitFor(() => expect(sentence()).toBe('10 found'))
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(sentence()).toBe('1 of 10 10 found'))
    expect([traffic.selection?.focus.row, traffic.inspected]).toEqual([
      5,
      { record: 5, offsetInRecord: 11, selectedBytes: 5 },
    ])
    expect(marked('found-current-bytes')).toEqual(['ALARM'])
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}')
    await vi.waitFor(() => expect(sentence()).toBe('10 of 10 10 found · Went on from the end'))
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(sentence()).toBe('1 of 10 10 found · Went on from the beginning'))
    expect(document.activeElement).toBe(field().element())
  })

  it('marks and selects the same bytes in every view', async () => {
    const { traffic } = await show(readings(40))
    await openSearch('ALARM')
    await vi.waitFor(() => expect(sentence()).toBe('4 found'))
    await page.getByRole('radio', { name: 'Stream' }).click()
    await vi.waitFor(() => expect(traffic.drawnView).toBe('stream'))
    await field().click()
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(marked('found-current-bytes')).toEqual(['41 4C 41 52 4D', 'ALARM']))
    // In the stream and in the inspector beside it.
    expect([marked('selected-bytes'), traffic.inspected]).toEqual([
      ['41 4C 41 52 4D', 'ALARM', '41 4C 41 52 4D', 'ALARM'],
      { record: 5, offsetInRecord: 11, selectedBytes: 5 },
    ])
    await vi.waitFor(() => expect(marked('found-bytes').length).toBeGreaterThan(0))
    await page.getByRole('radio', { name: 'Text' }).click()
    await vi.waitFor(() => expect(traffic.drawnView).toBe('text'))
    await field().click()
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(marked('found-current-bytes')).toEqual(['ALARM']))
    expect(traffic.inspected).toEqual({ record: 15, offsetInRecord: 12, selectedBytes: 5 })
  })

  it('marks bytes within messages, and goes to them from a look that has no rows', async () => {
    const capture = new FakeCapture().data('received', 'one;two ALARM;three;').data('received', 'four ALARM;')
    const framing = { kind: 'delimiter', delimiterHex: '3b' }
    capture.interpretation = v.parse(interpretation, { received: { framing, decoder: { kind: 'automatic' } } })
    const { traffic } = await show(capture)
    await openSearch('ALARM')
    await vi.waitFor(() => expect(sentence()).toBe('2 found'))
    await page.getByRole('radio', { name: 'Latest' }).click()
    await field().click()
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(traffic.look).toBe('timeline'))
    await vi.waitFor(() => expect(marked('found-current-bytes')).toEqual(['ALARM']))
    expect(traffic.inspected).toMatchObject({ offsetInRecord: 4, selectedBytes: 5, message: { number: 1 } })
  })

  it('lists the places with what stands around them, and goes there by key and by click', async () => {
    const { traffic } = await show(readings(2000))
    await openSearch('ALARM')
    const list = page.getByRole('listbox', { name: 'Places found' })
    await expect.element(list.getByRole('option').first()).toBeVisible()
    const labels = (): string[] =>
      [...document.querySelectorAll('[data-hit]')].map((option) => option.getAttribute('aria-label') ?? '')
    await vi.waitFor(() =>
      expect(labels()[0]).toMatch(/^1, Received, connection 1, offset 0000001F, .*, reading 5: ALARM·$/),
    )
    expect(labels().length).toBeLessThan(40)
    ;(list.element() as HTMLElement).focus()
    await userEvent.keyboard('{End}')
    await vi.waitFor(() => expect(labels().at(-1)).toMatch(/^200, Received/))
    await userEvent.keyboard('{End}')
    await vi.waitFor(() => expect(traffic.selection?.focus.row).toBe(1995))
    await list.getByRole('option', { name: /reading 1985: ALARM/ }).click()
    await vi.waitFor(() => expect(traffic.selection?.focus.row).toBe(1985))
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('grid', { name: 'Traffic' })).toHaveFocus()
  })

  it('follows a capture that grows, and begins anew when something else is typed', async () => {
    const capture = readings(20)
    const { searches } = await show(capture)
    await openSearch('ALARM')
    await vi.waitFor(() => expect(sentence()).toBe('2 found'))
    capture.data('received', 'ALARM again\n')
    capture.grow()
    searches.tell()
    await vi.waitFor(() => expect(sentence()).toBe('3 found'))
    await field().fill('reading 1')
    await vi.waitFor(() => expect(sentence()).toBe('11 found'))
    expect([searches.begun, searches.closed]).toEqual([['search-1', 'search-2'], ['search-1']])
  })

  it('says at the field what is wrong with a pattern, with the place of the character', async () => {
    await show(readings(5))
    await openSearch('')
    await page.getByRole('combobox', { name: 'Look for' }).selectOptions('Regex')
    await field().fill('ALA(RM')
    const error = describeError('pattern-malformed', { reason: 'A group is not closed.' }).message
    await expect.element(field()).toHaveAccessibleDescription(`${error} See character 4.pattern-malformed`)
    const { selectionStart, selectionEnd } = field().element() as HTMLInputElement
    expect([selectionStart, selectionEnd]).toEqual([3, 4])
    await field().fill('ALA')
    await expect.element(field()).not.toHaveAttribute('aria-invalid')
  })

  it('looks only where it is told to, and says what cannot be read there', async () => {
    await show(readings(100))
    await openSearch('reading')
    await vi.waitFor(() => expect(sentence()).toBe('100 found'))
    await page.getByRole('button', { name: 'Where to look' }).click()
    const scope = page.getByRole('group', { name: 'Where to look' })
    await scope.getByRole('combobox', { name: 'Direction' }).selectOptions('Received')
    await vi.waitFor(() => expect(sentence()).toBe('50 found'))
    await scope.getByRole('textbox', { name: 'Time from' }).fill('soon')
    await expect.element(scope.getByText(/^Write a time of day/)).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Where to look, 2 conditions' })).toBeVisible()
  })

  it('stops, and tells how far it came', async () => {
    const { searches } = await show(readings(100))
    searches.looked = 12
    await openSearch('nowhere')
    await vi.waitFor(() => expect(sentence()).toBe('Nothing found yet · 12 % looked through'))
    await page.getByRole('button', { name: 'Stop looking' }).click()
    await vi.waitFor(() => expect(sentence()).toBe('Nothing found · stopped at 12 %'))
  })

  it('says when the filter hides a place, and shows it when the filter is cleared', async () => {
    const { traffic } = await show(readings(40))
    await traffic.setFilter({ scope: { direction: 'sent' } })
    await openSearch('ALARM')
    await vi.waitFor(() => expect(sentence()).toBe('4 found'))
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(sentence()).toContain('This place is hidden by the filter.'))
    await page.getByRole('search').getByRole('button', { name: 'Clear the filter' }).click()
    await vi.waitFor(() => expect(traffic.selection?.focus.row).toBe(5))
    expect(sentence()).toBe('1 of 4 4 found')
  })

  it('opens and closes without moving the rows, and gives the focus back to them', async () => {
    const { traffic } = await show(readings(400))
    traffic.goToRow(200)
    await vi.waitFor(() => expect(document.querySelector('[data-row="205"]')).not.toBeNull())
    const placeOf = (): number =>
      Math.round(document.querySelector('[data-row="205"]')?.getBoundingClientRect().top ?? 0)
    const before = placeOf()
    await openSearch('')
    await vi.waitFor(() => expect(traffic.scroller.viewportPx).toBeLessThan(600))
    await vi.waitFor(() => expect(placeOf()).toBe(before))
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('search')).not.toBeInTheDocument()
    await vi.waitFor(() => expect(placeOf()).toBe(before))
    await expect.element(page.getByRole('grid', { name: 'Traffic' })).toHaveFocus()
    expect(marked('found-current-bytes')).toEqual([])
  })

  it('tells what went wrong in the engine', async () => {
    const capture = readings(5)
    await show(capture)
    capture.answers.set('search.start', () => {
      throw new WirebenchError('too-many-requests')
    })
    await openSearch('ALARM')
    await expect.element(field()).toHaveAccessibleDescription(new RegExp(describeError('too-many-requests').code))
  })
})
