import { cleanup } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeTimeout, type FakeCalls } from '../../testing/fake-calls.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import type { FakeEngine } from '../../testing/fake-link.ts'
import {
  button,
  cells,
  command,
  ledgerRow,
  radio,
  rows,
  showCalls,
  textbox,
  useTcpy,
} from './calls-setting.test-support.ts'

let engine: FakeEngine
let workbench: Workbench
let calls: FakeCalls

beforeEach(async () => {
  ;({ engine, calls, workbench } = await showCalls())
})

afterEach(() => cleanup())

describe('the ledger', () => {
  const details = () => page.getByRole('region', { name: 'Call in full' })
  const request = {
    kind: 'call' as const,
    command: 'add',
    parameters: { notation: 'json' as const, text: '{"x": 1}' },
    componentName: '',
  }

  beforeEach(async () => {
    await useTcpy()
    await radio('Calls').click()
  })

  it('shows how each call came out: the message of an error word for word, also an empty one', async () => {
    calls.add({ command: 'boom' })
    calls.reply('{"error": true, "message": ""}', { kind: 'error', isError: true, message: '' })
    calls.add({ command: 'slow' })
    calls.change(2, { state: 'timed-out', ok: false, error: fakeTimeout, elapsedMs: 1000 })
    calls.add({ command: null, kind: 'unmatched', state: 'sent' })
    calls.tell()
    await vi.waitFor(() =>
      expect(rows()).toEqual([
        ['3', 'no call', 'Received', ''],
        ['2', 'slow', 'Timed out', fakeTimeout.message],
        ['1', 'boom', 'Error', '“”'],
      ]),
    )
    await ledgerRow('boom').click()
    await expect.element(details().getByText('“”')).toBeVisible()
  })

  it('shows every reply with its mark, exact numbers, and where its bytes are', async () => {
    calls.add({ request })
    calls.reply('{"id": "ack"}', { kind: 'ack' })
    calls.reply('{"mask": 18410715311050326015}', { kind: 'success' })
    calls.reply('{"late": true}', { kind: 'success', mark: 'late' })
    await vi.waitFor(() => expect(rows()).toHaveLength(1))
    await ledgerRow('add').click()
    await expect.element(details().getByRole('article', { name: 'Reply 2' })).toHaveTextContent('18410715311050326015')
    await expect.element(details().getByRole('article', { name: 'Reply 3' })).toHaveTextContent('late')
    await details().getByRole('button', { name: 'Call again' }).click()
    await vi.waitFor(() => expect(calls.begun).toMatchObject([{ requests: [request] }]))
    await details().getByRole('button', { name: 'Cancel' }).click()
    await expect.element(details().getByRole('status').first()).toHaveTextContent('Cancelled')
  })

  it('is filtered by command and outcome, and walked by keys', async () => {
    for (const name of ['add', 'boom', 'add']) calls.add({ command: name })
    calls.reply('1', { number: 1 })
    calls.reply('2', { number: 2 })
    await vi.waitFor(() => expect(rows()).toHaveLength(3))
    await textbox('Filter by command').fill('add')
    await vi.waitFor(() => expect(rows().map(([number]) => number)).toEqual(['3', '1']))
    await page.getByRole('combobox', { name: 'Outcome' }).selectOptions('Good')
    await vi.waitFor(() => expect(rows().map(([number]) => number)).toEqual(['1']))
    await textbox('Filter by command').fill('')
    await vi.waitFor(() => expect(rows().map(([number]) => number)).toEqual(['2', '1']))
    page.getByRole('grid', { name: 'Ledger of calls' }).element().focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}')
    await expect.element(details().getByRole('heading', { name: 'Call 1' })).toBeVisible()
  })

  it('draws the rows in view of very many, and asks for no more than it may', async () => {
    for (let index = 0; index < 5000; index += 1) calls.add({ command: `c${index + 1}`, state: 'sent' })
    const before = calls.ledgerLooks
    for (let index = 0; index < 50; index += 1) calls.tell()
    await vi.waitFor(() => expect(rows()[0]).toEqual(['5000', 'c5000', 'Sent', '']))
    expect(rows().length).toBeLessThan(60)
    expect(calls.ledgerLooks - before).toBeLessThan(6)
    page.getByRole('grid', { name: 'Ledger of calls' }).element().focus()
    await userEvent.keyboard('{End}')
    await expect.element(details().getByRole('heading', { name: 'Call 1', exact: true })).toBeVisible()
    calls.add({ command: 'newest', state: 'sent' })
    calls.tell()
    await expect.element(page.getByText('5,001 calls')).toBeVisible()
    await vi.waitFor(() => expect(rows().at(-1)?.[0]).toBe('1'))
  })

  it('compares two replies by path, chosen by keys', async () => {
    calls.differences = [{ path: '$.solution', kind: 'changed', first: '3', second: '18410715311050326015' }]
    calls.add()
    calls.reply('{"solution": 3}')
    calls.add()
    calls.reply('{"solution": 18410715311050326015}')
    await vi.waitFor(() => expect(rows()).toHaveLength(2))
    page.getByRole('grid', { name: 'Ledger of calls' }).element().focus()
    await userEvent.keyboard('{ArrowDown} {ArrowDown}')
    const difference = page.getByRole('group', { name: 'Difference of two replies' })
    await expect.element(difference.getByRole('status')).toHaveTextContent('1 difference')
    expect(cells(difference.getByRole('row').last())).toEqual(['$.solution changed', '3', '18410715311050326015'])
    await difference.getByRole('button', { name: 'Compare no longer' }).click()
    await expect.element(details().getByRole('article', { name: 'Reply 1' })).toBeVisible()
  })

  it('is copied as a line for a terminal, and taken as the call that is written', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    calls.add({ request: { ...request, parameters: { notation: 'json', text: '{"x": 1, "to": "a b", "n": "it"}' } } })
    calls.reply('1')
    await ledgerRow('add').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Copy as a command line' }).click()
    await vi.waitFor(() =>
      expect(write).toHaveBeenCalledWith(`wirebench call 127.0.0.1:7272 --protocol tcpy add x:=1 'to=a b' n=it`),
    )
    write.mockRestore()
    await ledgerRow('add').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Use as the call' }).click()
    await expect.element(textbox('Parameters as JSON')).toHaveTextContent('"to": "a b"')
    await expect.element(command()).toHaveValue('add')
  })

  it('lets a call of the peer be answered by hand', async () => {
    calls.add({
      kind: 'server-call',
      command: 'confirm',
      correlation: '7',
      state: 'to-answer',
      requestText: '{"q": 1}',
    })
    calls.tell()
    await expect.element(page.getByRole('gridcell', { name: 'confirm Call of the peer' })).toBeVisible()
    await page
      .getByRole('group', { name: 'Calls under way' })
      .getByRole('button', { name: /confirm/ })
      .click()
    await textbox('Result as JSON').fill('{"yes": tru}')
    await button('Send the answer').click()
    await expect.element(page.getByText('json-malformed')).toBeVisible()
    await radio('Error').click()
    await textbox('Code').fill('-32001')
    await textbox('Message').fill('not now')
    await button('Send the answer').click()
    await vi.waitFor(() =>
      expect(calls.answers).toEqual([
        { number: 1, answer: { kind: 'error', code: -32_001, message: 'not now', dataText: '' } },
      ]),
    )
    await expect.element(button('Send the answer')).not.toBeInTheDocument()
  })

  it('lists what is under way, and gives all of it up at once', async () => {
    calls.add({ command: 'one' })
    calls.add({ command: 'two' })
    calls.tell()
    await button('Cancel one #1').click()
    await vi.waitFor(() => expect(calls.entries.map(({ state }) => state)).toEqual(['cancelled', 'waiting']))
    calls.add({ command: 'three' })
    calls.tell()
    await button('Cancel all').click()
    await vi.waitFor(() => expect(calls.state.pendingCount).toBe(0))
  })

  it('counts per command, with a histogram that is a table too', async () => {
    calls.statistics = [
      {
        command: 'add',
        callCount: 3,
        okCount: 2,
        errorCount: 1,
        failedCount: 0,
        latency: {
          minimumMs: 1,
          meanMs: 2,
          p50Ms: 2,
          p90Ms: 4,
          p99Ms: 4,
          p999Ms: 4,
          maximumMs: 4,
          buckets: [
            { fromMs: 1, toMs: 1.41, count: 2 },
            { fromMs: 4, toMs: 5.6, count: 1 },
          ],
        },
      },
    ]
    calls.tell()
    await radio('Statistics').click()
    const table = page.getByRole('table', { name: 'Calls by command' })
    await expect.element(table.getByRole('button', { name: 'add' })).toBeVisible()
    expect(cells(table.getByRole('row').last())).toEqual([
      'add',
      '3',
      '2',
      '1',
      '0',
      '1 ms',
      '2 ms',
      '2 ms',
      '4 ms',
      '4 ms',
      '4 ms',
      '4 ms',
    ])
    const histogram = page.getByRole('table', { name: 'How long the answers of add took' })
    expect(cells(histogram.getByRole('row').nth(1))).toEqual(['1 ms to 1.4 ms', '2'])
    expect(document.querySelectorAll('figure rect')).toHaveLength(2)
  })

  it('has a catalogue to be edited, ordered, kept, and brought back', async () => {
    calls.add()
    calls.setCatalogue({
      commands: ['add', 'boom'].map((name) => ({
        name,
        kind: 'call' as const,
        notes: '',
        parameters: [],
        positional: false,
        isLearnt: true,
      })),
    })
    const names = () => calls.catalogue.commands.map(({ name }) => name)
    await radio('Catalogue').click()
    await page.getByRole('option', { name: /boom/ }).click()
    await textbox('Name').fill('add')
    await userEvent.keyboard('{Tab}')
    await expect.element(page.getByText('Another command has this name.')).toBeVisible()
    await textbox('Name').fill('bang')
    await textbox('Notes').fill('raises')
    await userEvent.keyboard('{Tab}')
    await vi.waitFor(() =>
      expect(calls.catalogue.commands[1]).toMatchObject({ name: 'bang', notes: 'raises', isLearnt: false }),
    )
    await page.getByRole('option', { name: /bang/ }).click()
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
    await vi.waitFor(() => expect(names()).toEqual(['bang', 'add']))
    await userEvent.keyboard('{Delete}')
    await vi.waitFor(() => expect(names()).toEqual(['add']))
    await button('Undo').click()
    await vi.waitFor(() => expect(names()).toEqual(['bang', 'add']))
    await button('Add a command').click()
    await vi.waitFor(() => expect(names()).toEqual(['bang', 'add', 'command3']))
    await expect.element(button('Save as profile…')).toBeVisible()
  })

  it('has a catalogue that is saved with a new profile, which the session then belongs to', async () => {
    calls.add()
    calls.setCatalogue({
      commands: [{ name: 'add', kind: 'call', notes: '', parameters: [], positional: false, isLearnt: false }],
    })
    await radio('Catalogue').click()
    await button('Save as profile…').click()
    await page.getByRole('tab', { name: 'Address' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true }).fill('Rack 2')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await expect.element(page.getByRole('tab', { name: 'Rack 2' })).toBeVisible()
    expect(engine.profiles).toMatchObject([
      { name: 'Rack 2', calls: { settings: { protocol: 'tcpy' }, catalogue: calls.catalogue } },
    ])
    expect(engine.sessions).toMatchObject([{ title: 'Rack 2', profileId: engine.profiles[0]?.id }])
    calls.setCatalogue({ commands: [] })
    await button('Keep in the profile').click()
    await expect.element(page.getByText('Kept in the profile')).toBeVisible()
    await workbench.profiles.remove(engine.profiles[0]?.id ?? '')
    await expect.element(button('Save as profile…')).toBeVisible()
  })
})
