import { page, userEvent } from 'vitest/browser'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommandInput } from '../../../src-main/contract/commands.ts'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { header, showComposer as show } from './composer-setting.test-support.ts'

const editor = () => page.getByRole('textbox', { name: /^Message as/ })
const preview = () => page.getByRole('group', { name: /^The same bytes/ })
const exact = () => page.getByText('Sent exactly as written')
const mode = (name: string) => page.getByRole('radio', { name, exact: true })
const commands = (link: FakeCapture): unknown[] =>
  link.calls.flatMap(({ name, request }): unknown[] => {
    if (name === 'session.send-message') return [(request as CommandInput<'session.send-message'>).message]
    return name === 'session.connect' ? ['connect'] : []
  })
const text = (written: string) => ({
  content: { mode: 'text', text: written, encoding: 'utf-8', lineEnding: 'lf' },
  computed: [],
  framed: true,
})

describe('composer', () => {
  beforeEach(() => sessionStorage.clear())

  it('mirrors text as hex with the exact count, and sends by Ctrl+Enter', async () => {
    const { link } = await show()
    await editor().fill('*IDN?')
    await expect.element(page.getByText('6 bytes')).toBeVisible()
    await expect.element(preview()).toHaveTextContent('2A 49 44 4E 3F 0A')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await vi.waitFor(() => expect(commands(link)).toEqual([text('*IDN?')]))
    await expect.element(editor()).toHaveValue('*IDN?')
  })

  it('sends by Ctrl+Enter from every control of the composer', async () => {
    const { link } = await show()
    await editor().fill('A')
    await mode('Hex').click()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await vi.waitFor(() => expect(commands(link)).toMatchObject([{ content: { mode: 'hex', hex: '41 0A' } }]))
  })

  it('switches to hex and back without losing anything', async () => {
    await show()
    await editor().fill('A\\xff')
    await mode('Hex').click()
    await expect.element(editor()).toHaveValue('41 FF 0A')
    await editor().fill('41 F')
    await expect.element(page.getByText('hex-malformed')).toBeVisible()
    await mode('Text').click()
    await expect.element(editor()).toHaveValue('A\\xff')
    await mode('Hex').click()
    await expect.element(editor()).toHaveValue('41 F')
  })

  it('points at the malformed character and does not send', async () => {
    const { link } = await show()
    await editor().fill('ab\\q')
    const described = editor().element().getAttribute('aria-describedby') ?? ''
    await vi.waitFor(() => expect(document.getElementById(described)?.textContent).toContain('at character 3'))
    expect(document.querySelector('mark')?.textContent).toBe('\\q')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await expect.element(page.getByRole('button', { name: /^Send(?! a file)/ })).toBeDisabled()
    expect(commands(link)).toEqual([])
  })

  it('connects first where there is no connection', async () => {
    const { link } = await show({ state: 'closed' })
    await editor().fill('go')
    await expect.element(page.getByText('Not connected: connects first, then sends.')).toBeVisible()
    await page.getByRole('button', { name: 'Connect and send' }).click()
    await vi.waitFor(() => expect(commands(link)).toEqual(['connect', text('go')]))
  })

  it('says when sending was ended', async () => {
    await show({ state: 'half-closed-local' })
    await editor().fill('late')
    await expect.element(page.getByText('Sending was ended on this connection.')).toBeVisible()
    await expect.element(page.getByRole('button', { name: /^Send(?! a file)/ })).toBeDisabled()
  })

  it('brings back what was sent before and what was being written', async () => {
    const message = { content: { mode: 'hex', hex: '0x41' }, computed: [], framed: false } as const
    await show({ history: [{ message: { ...message, computed: [] }, sentAtUnixMs: 1 }] })
    await editor().fill('mine')
    await vi.waitFor(async () => {
      await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
      await expect.element(editor(), { timeout: 100 }).toHaveValue('0x41')
    })
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}')
    await expect.element(editor()).toHaveValue('mine')
  })

  it('keeps the message and says why when it could not be handed over', async () => {
    const { link } = await show()
    link.answers.set('session.send-message', () => {
      throw new WirebenchError('not-connected')
    })
    await editor().fill('again')
    await page.getByRole('button', { name: /^Send(?! a file)/ }).click()
    await expect.element(page.getByRole('alert')).toHaveTextContent('not-connected')
    await expect.element(editor()).toHaveValue('again')
  })

  it('keeps what was written in every way over a reload', async () => {
    const { composer, drawn } = await show()
    composer.write('json', { text: '{"a": 1}' })
    await editor().fill('remember me')
    await drawn.unmount()
    const { composer: next } = await show()
    await expect.element(editor()).toHaveValue('remember me')
    expect(next.draft.contents.json.text).toBe('{"a": 1}')
  })
})

describe('ways to write', () => {
  beforeEach(() => sessionStorage.clear())

  it('encodes text as chosen and points at what cannot be encoded', async () => {
    await show()
    await editor().fill('日本')
    await page.getByRole('button', { name: 'Text encoding: UTF-8' }).click()
    await page.getByRole('combobox', { name: 'Search encodings' }).fill('shift')
    await userEvent.keyboard('{Enter}')
    await expect.element(preview()).toHaveTextContent('93 FA 96 7B 0A')
    await editor().fill('a😀')
    await expect.element(page.getByText('text-not-encodable')).toBeVisible()
    expect(document.querySelector('mark.error')?.textContent).toBe('😀')
  })

  it('shows JSON as it goes out, and where it is wrong', async () => {
    const { composer } = await show()
    await mode('JSON').click()
    await editor().click()
    await userEvent.keyboard('[[1.0, 12345678901234567890]')
    await expect.element(preview()).toHaveTextContent('5B 31 2E 30 2C 31 32 33 34 35 36 37 38 39 30 31 32')
    await page.getByRole('combobox', { name: 'How the JSON goes out' }).selectOptions('Like Python')
    await expect.element(preview()).toHaveTextContent('5B 31 2E 30 2C 20 31')
    composer.write('json', { text: '{"a": tru}' })
    await expect.element(page.getByText('json-malformed')).toBeVisible()
    await vi.waitFor(() => expect(document.querySelector('.cm-lintRange-error')).not.toBeNull())
  })

  it('lists what does not fit the schema', async () => {
    const { composer, link } = await show()
    link.answers.set('json.check', () => ({
      problems: [{ path: '$.a', message: 'must be a number', index: 6, kind: 'document' }],
      complete: true,
    }))
    await mode('JSON').click()
    composer.write('json', { text: '{"a": "x"}', schemaText: '{"type": "object"}' })
    await expect.element(page.getByRole('listitem')).toHaveTextContent('$.a must be a number')
    await vi.waitFor(() => expect(document.querySelector('.cm-lintRange-error')?.textContent).toBe('"x"'))
  })

  it('fills in a structure, with errors at their field', async () => {
    const { composer } = await show({ structures: [header] })
    await mode('Structure').click()
    await page.getByRole('combobox', { name: 'Structure', exact: true }).selectOptions('Header')
    await page.getByRole('textbox', { name: 'id' }).fill('0x1234')
    await page.getByRole('combobox', { name: 'kind' }).selectOptions('stop')
    await page.getByRole('checkbox', { name: 'urgent' }).click()
    await expect.element(preview()).toHaveTextContent('34 12 02 01')
    await page.getByRole('textbox', { name: 'id' }).fill('70000')
    await expect.element(page.getByRole('textbox', { name: 'id' })).toHaveAttribute('aria-invalid', 'true')
    expect(composer.sendable).toBe(false)
  })

  it('takes what is typed over everything in its order, while colours and marks come and go', async () => {
    const { composer } = await show()
    await mode('M2').click()
    composer.write('m2', { name: 'move', detailsText: '{"z": 0}' })
    const details = page.getByRole('textbox', { name: /^Details/ })
    const typed = '{"x": 1.0, "y": {"z": [1]}}'
    for (const turn of [1, 2]) {
      await details.click()
      await userEvent.keyboard(`{Control>}a{/Control}${typed.replaceAll(/[{[]/g, '$&$&')}`)
      expect([turn, composer.draft.contents.m2.detailsText]).toEqual([turn, typed])
    }
  })

  it('shows the next sequence number of M2 and sets it', async () => {
    const { link, composer } = await show()
    link.answers.set('session.change-message-context', ({ nextSequenceId }: { nextSequenceId: number }) => ({
      counters: {},
      captured: {},
      nextSequenceId,
      lastSequenceId: 6,
    }))
    await mode('M2').click()
    const sequence = page.getByRole('textbox', { name: 'Next sequence number' })
    await expect.element(sequence).toHaveValue('7')
    await sequence.fill('0')
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    await expect.element(page.getByText('Enter a whole number from 1 to 2147483647.')).toBeVisible()
    await sequence.fill('41')
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    await vi.waitFor(() => expect(composer.facts.messageContext.nextSequenceId).toBe(41))
  })

  it('lets the framing end the lines, so that there is no second line ending', async () => {
    const { composer } = await show({ framing: { kind: 'lf', maximumFrameBytes: 1000 } })
    composer.write('text', { text: 'ab', lineEnding: 'crlf' })
    const ending = page.getByRole('combobox', { name: 'Line ending' })
    await expect.element(page.getByRole('group', { name: 'The same bytes as hex' })).toHaveTextContent('61 62 0A')
    await expect.element(ending).toBeDisabled()
    await expect.element(ending).toHaveTextContent('By the framing')
    await page.getByRole('checkbox', { name: 'Add framing' }).click()
    await expect.element(page.getByRole('group', { name: 'The same bytes as hex' })).toHaveTextContent('61 62 0D 0A')
    await expect.element(ending).toBeEnabled()
  })

  it('tells the framing apart, and leaves it out when asked', async () => {
    await show({ framing: { kind: 'tcpy', maximumFrameBytes: 1000 } })
    await mode('Hex').click()
    await editor().fill('01 02')
    await expect.element(preview()).toHaveTextContent('00 00 00 02 01 02')
    expect(document.querySelector('.framing')?.textContent).toBe('00 00 00 02')
    await expect.element(exact()).not.toBeInTheDocument()
    await page.getByRole('checkbox', { name: 'Add framing' }).click()
    await expect.element(page.getByText('2 bytes')).toBeVisible()
    await expect.element(exact()).toBeVisible()
  })

  it('shows secrets as dots, by what the engine composed', async () => {
    const { link } = await show({ variables: [{ name: 'key', value: null, secret: true, notes: '' }] })
    link.answers.set('session.preview-message', () => ({
      bytes: Uint8Array.of(0x61, 0, 0, 0x0a),
      contentStart: 0,
      contentEnd: 4,
      masked: [{ start: 1, end: 3 }],
      computed: [],
      remarks: [],
    }))
    await editor().fill('a{{key}}')
    await expect.element(preview()).toHaveTextContent('61 •• •• 0A')
  })

  it('offers placeholders and marks an unknown one', async () => {
    await show({ variables: [{ name: 'serial', value: 'X1', secret: false, notes: '' }] })
    await editor().click()
    await userEvent.keyboard('a{{{{ser')
    await expect.element(page.getByRole('option', { name: /serial/ })).toBeVisible()
    await userEvent.keyboard('{Enter}')
    await expect.element(editor()).toHaveValue('a{{serial}}')
    await expect.element(preview()).toHaveTextContent('61 58 31 0A')
    await editor().fill('{{other}}')
    await expect.element(page.getByText('variable-unknown')).toBeVisible()
    expect(document.querySelector('mark.error')?.textContent).toBe('{{other}}')
  })

  it('calls a placeholder malformed only once it is no longer being chosen', async () => {
    await show({ variables: [{ name: 'serial', value: 'X1', secret: false, notes: '' }] })
    await editor().click()
    await userEvent.keyboard('a{{{{ser')
    const malformed = page.getByText('placeholder-malformed')
    await expect.element(page.getByRole('option', { name: /serial/ })).toBeVisible()
    await expect.element(malformed).not.toBeInTheDocument()
    expect(document.querySelector('mark.error')).toBeNull()
    await userEvent.keyboard('{Escape}')
    await expect.element(malformed).toBeVisible()
  })

  it('offers placeholders and what the schema names while JSON is written', async () => {
    const { composer } = await show({ variables: [{ name: 'serial', value: 'X1', secret: false, notes: '' }] })
    const properties = { mode: { enum: ['slow', 'fast'] }, model: {} }
    composer.write('json', { schemaText: JSON.stringify({ properties, required: ['mode'] }) })
    await mode('JSON').click()
    await editor().click()
    await userEvent.keyboard('{{"mo')
    await page.getByRole('option', { name: /"mode"/ }).click()
    await vi.waitFor(() => expect(composer.draft.contents.json.text).toBe('{"mode": '))
    await userEvent.keyboard('"f')
    await page.getByRole('option', { name: '"fast"' }).click()
    await userEvent.keyboard(', "id": "{{{{ser')
    await page.getByRole('option', { name: /serial/ }).click()
    await userEvent.keyboard('"}')
    await expect.element(preview()).toHaveTextContent('22 69 64 22 3A 22 58 31 22 7D')
    expect(composer.draft.contents.json.text).toBe('{"mode": "fast", "id": "{{serial}}"}')
  })

  it('computes a checksum and shows which bytes it fills', async () => {
    const { composer } = await show()
    await mode('Hex').click()
    await editor().fill('01 03 00 00 00 0A')
    await page.getByRole('button', { name: 'Computed fields' }).click()
    await page.getByRole('button', { name: 'Add a field' }).click()
    await page.getByRole('menuitem', { name: /CRC-16\/MODBUS/ }).click()
    await expect.element(page.getByText('8 bytes')).toBeVisible()
    expect(document.querySelector('.computed:not(section, div)')?.textContent).toBe('C5 CD')
    await expect.element(exact()).not.toBeInTheDocument()
    await page.getByRole('combobox', { name: 'Place of field 1' }).selectOptions('Write over from byte')
    await page.getByRole('textbox', { name: 'Byte of field 1', exact: true }).fill('90')
    await expect.element(page.getByText('computed-out-of-range').first()).toBeVisible()
    expect(composer.sendable).toBe(false)
  })

  it('saves to the collection, then over what it saved', async () => {
    const { link } = await show()
    const entry = { id: 'entry-1', revision: 'r1', name: 'Ask', folder: 'lab', tags: ['a'], notes: 'kept' }
    link.answers.set('collection.library', () => ({ entries: [entry], folders: ['lab'], problems: [] }))
    link.answers.set('collection.create', () => entry)
    link.answers.set('collection.update', () => ({ ...entry, revision: 'r2' }))
    await editor().fill('*IDN?')
    await page.getByRole('button', { name: 'Save...' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Ask')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await editor().fill('*RST')
    await page.getByRole('button', { name: 'Save...' }).click()
    await page.getByRole('button', { name: 'Save over "Ask"' }).click()
    await vi.waitFor(() => {
      const requests = link.calls.filter(({ name }) => name === 'collection.update').map(({ request }) => request)
      expect(requests).toMatchObject([
        {
          entryId: 'entry-1',
          revision: 'r1',
          content: { notes: 'kept', folder: 'lab', item: { message: text('*RST') } },
        },
      ])
    })
  })

  it('repeats, shows how it goes, and stops', async () => {
    const { link, workbench } = await show()
    const run = {
      runId: 'run-1',
      sessionId: 'session-1',
      title: 'ping',
      kind: 'repeat',
      state: 'running',
      sentCount: 3,
      plannedCount: 20,
      round: 0,
      step: 0,
      stepCount: 1,
      startedAtUnixUs: 0,
      elapsedMs: 30,
      lateness: { medianMs: 0.2, worstMs: 1.5 },
      results: [],
      captured: {},
      error: null,
    } as const
    link.answers.set('run.start', () => run)
    link.answers.set('run.stop', () => ({ ...run, state: 'stopped', sentCount: 5, elapsedMs: 50 }))
    await editor().fill('ping')
    await page.getByRole('button', { name: 'Repeat...' }).click()
    await page.getByRole('textbox', { name: 'Interval' }).fill('0')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.element(page.getByText('Enter a time from 1 ms to 24 hours.')).toBeVisible()
    await page.getByRole('textbox', { name: 'Interval' }).fill('10')
    await page.getByRole('textbox', { name: 'How often' }).fill('20')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.element(page.getByRole('group', { name: 'Run' })).toHaveTextContent('3 of 20 sent')
    const started = link.calls.find(({ name }) => name === 'run.start')?.request
    expect(started).toMatchObject({
      plan: { kind: 'repeat', intervalMs: 10, count: 20, jitterMs: 0, message: text('ping') },
    })
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.element(page.getByRole('group', { name: 'Run' })).toHaveTextContent('Stopped')
    expect(workbench.runs.ofSession('session-1')?.sentCount).toBe(5)
  })

  it('repeats as before when only one number is changed', async () => {
    const { link } = await show()
    link.answers.set('run.start', () => {
      throw new WirebenchError('not-connected')
    })
    await editor().fill('ping')
    const again = async (typed: Readonly<Record<string, string>>): Promise<void> => {
      await page.getByRole('button', { name: 'Repeat...' }).click()
      for (const [name, value] of Object.entries(typed)) await page.getByRole('textbox', { name }).fill(value)
      await page.getByRole('button', { name: 'Start' }).click()
      await expect.element(page.getByText('not-connected')).toBeVisible()
      await page.getByRole('button', { name: 'Cancel' }).click()
    }
    await again({ Interval: '10', 'How often': '20', Jitter: '2.5' })
    await page.getByRole('button', { name: 'Repeat...' }).click()
    await expect.element(page.getByRole('textbox', { name: 'Interval' })).toHaveValue('10')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await again({ 'How often': '' })
    const plans = link.calls.filter(({ name }) => name === 'run.start').map(({ request }) => request)
    expect(plans).toMatchObject([
      { plan: { intervalMs: 10, count: 20, jitterMs: 2.5 } },
      { plan: { intervalMs: 10, count: null, jitterMs: 2.5 } },
    ])
  })
})
