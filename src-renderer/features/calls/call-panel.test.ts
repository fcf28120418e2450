import { cleanup } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import type { FakeCalls } from '../../testing/fake-calls.ts'
import type { FakeEngine } from '../../testing/fake-link.ts'
import {
  addParameter,
  button,
  command,
  radio,
  rows,
  showCalls,
  textbox,
  useTcpy,
} from './calls-setting.test-support.ts'

let engine: FakeEngine
let calls: FakeCalls

beforeEach(async () => {
  ;({ engine, calls } = await showCalls())
})

afterEach(() => cleanup())

describe('a call', () => {
  it('is written as a form, shown as bytes, called by Ctrl+Enter, and answered in the ledger', async () => {
    await useTcpy()
    await command().fill('add')
    await addParameter('x', 'integer', '1')
    await addParameter('y', 'integer', '2')
    await expect.element(page.getByLabelText('The call as text')).toHaveTextContent('{"cmd":"add","x":1,"y":2}')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await vi.waitFor(() => expect(calls.begun).toHaveLength(1))
    expect(calls.begun[0]?.requests).toEqual([
      {
        kind: 'call',
        command: 'add',
        componentName: '',
        parameters: {
          notation: 'form',
          positional: false,
          parameters: [
            { name: 'x', type: 'integer', value: '1' },
            { name: 'y', type: 'integer', value: '2' },
          ],
        },
      },
    ])
    await button('1 call under way').click()
    await vi.waitFor(() => expect(rows()).toEqual([['1', 'add', 'Waiting', '']]))
    calls.reply('{"solution": 3, "success": true}')
    await vi.waitFor(() => expect(rows()).toEqual([['1', 'add', 'OK', '{"solution": 3, "success": true}']]))
    const details = page.getByRole('region', { name: 'Call in full' })
    await expect.element(details.getByRole('treeitem', { name: 'solution 3' })).toBeVisible()
  })

  it('every press makes a call, with what is written at that press', async () => {
    await useTcpy()
    const taken: (() => void)[] = []
    const start = calls.handlers()['call.start']
    engine.answers = {
      'call.start': async (request) => {
        await new Promise<void>((resolve) => taken.push(resolve))
        return start(request)
      },
    }
    const written = ['one', 'two', 'three', 'four']
    for (const name of written) {
      await command().fill(name)
      await userEvent.keyboard('{Control>}{Enter}{/Control}')
      await button(/^Call/).click()
    }
    await vi.waitFor(() => expect(taken).toHaveLength(8))
    for (const take of taken) take()
    await vi.waitFor(() => expect(calls.entries).toHaveLength(8))
    expect(calls.entries.map((entry) => entry.command)).toEqual(written.flatMap((name) => [name, name]))
  })

  it('every press while the session connects makes a call once it is open', async () => {
    await useTcpy()
    await button(/^How this session calls/).click()
    await page.getByRole('combobox', { name: 'Connections' }).selectOptions('The open one, turn by turn')
    await button('Use these settings').click()
    const { sessionId } = engine.changeSession(engine.sessions[0]?.sessionId ?? '', { state: 'idle' })
    engine.answers = { 'session.connect': () => engine.changeSession(sessionId, { state: 'connecting' }) }
    await command().fill('one')
    await button('Connect and call').click()
    await vi.waitFor(() => expect(engine.sessions[0]?.state).toBe('connecting'))
    await command().fill('two')
    await userEvent.keyboard('{Control>}{Enter}{Enter}{/Control}')
    expect(calls.begun).toEqual([])
    engine.changeSession(sessionId, { state: 'open' })
    await vi.waitFor(() => expect(calls.entries.map((entry) => entry.command)).toEqual(['one', 'two', 'two']))
  })

  it('keeps its form per command, and goes from one notation to another without losing anything', async () => {
    await useTcpy()
    await command().fill('move')
    await addParameter('mask', 'integer', '18410715311050326015')
    await addParameter('name', 'text', 'a b')
    await page.getByRole('checkbox', { name: 'Send name' }).click()
    await radio('JSON').last().click()
    const json = textbox('Parameters as JSON')
    await expect.element(json).toHaveTextContent('"mask": 18410715311050326015')
    await radio('Form').click()
    await expect.element(textbox('Value of name')).toHaveValue('a b')
    await expect.element(page.getByRole('checkbox', { name: 'Send name' })).not.toBeChecked()
    await radio('JSON').last().click()
    await json.fill('{"mask": 1, "limits": {"max": 30.0}}')
    await radio('name=value').click()
    await expect.element(textbox('Parameters as name=value')).toHaveTextContent('mask:=1limits:={"max":30.0}')
    await radio('Form').click()
    await expect.element(textbox('Value of limits')).toHaveValue('{"max":30.0}')
    await expect.element(textbox('Value of mask')).toHaveValue('1')
    await expect.element(textbox('Value of name')).toHaveValue('a b')
    await command().fill('other')
    await command().fill('move')
    await expect.element(textbox('Value of limits')).toHaveValue('{"max":30.0}')
  })

  it('has a form of its own for turns of a conversation', async () => {
    await useTcpy()
    await command().fill('chat')
    await addParameter('topic', 'text', 'weather')
    const kind = page.getByRole('combobox', { name: 'What goes out' })
    await kind.selectOptions('Turn without a command')
    await expect.element(textbox('Value of topic')).not.toBeInTheDocument()
    await addParameter('say', 'text', 'hello')
    await kind.selectOptions('Call')
    await expect.element(textbox('Value of topic')).toHaveValue('weather')
    await expect.element(textbox('Value of say')).not.toBeInTheDocument()
    await kind.selectOptions('Turn without a command')
    await expect.element(textbox('Value of say')).toHaveValue('hello')
  })

  it('tells what is wrong where it was entered', async () => {
    await useTcpy()
    await command().fill('add')
    await addParameter('x', 'integer', 'one')
    await expect.element(textbox('Value of x')).toHaveAttribute('aria-invalid', 'true')
    await expect.element(page.getByText('call-parameter-malformed')).toBeVisible()
    await textbox('Value of x').fill('1')
    await expect.element(page.getByText('call-parameter-malformed')).not.toBeInTheDocument()
    await radio('JSON').last().click()
    await textbox('Parameters as JSON').fill('{"x": tru}')
    await expect.element(page.getByText('call-parameters-malformed')).toBeVisible()
    await vi.waitFor(() => expect(document.querySelector('.cm-lintRange-error')).not.toBeNull())
    await radio('Form').click()
    await expect.element(textbox('Parameters as JSON')).toHaveTextContent('{"x": tru}')
  })

  it('takes its form from the catalogue by the keyboard, and teaches the catalogue what was noted', async () => {
    calls.catalogue = {
      commands: [
        {
          name: 'power',
          kind: 'call',
          notes: 'Switches a supply',
          parameters: [
            { name: 'powerType', type: 'integer', required: true, notes: '', value: '2', isIncluded: true },
            { name: 'status', type: 'boolean', required: true, notes: '', value: 'true', isIncluded: true },
          ],
          positional: false,
          isLearnt: false,
        },
      ],
    }
    calls.setCatalogue(calls.catalogue)
    await useTcpy()
    await command().click()
    await userEvent.keyboard('pow{ArrowDown}{Enter}')
    await expect.element(command()).toHaveValue('power')
    await expect.element(textbox('Value of powerType')).toHaveValue('2')
    await page.getByRole('checkbox', { name: 'Send status' }).click()
    await expect.element(page.getByText('Required and left out: status')).toBeVisible()
    await command().fill('reset')
    await expect.element(page.getByText('This command goes out without parameters.')).toBeVisible()
    await command().fill('power')
    await expect.element(page.getByRole('checkbox', { name: 'Send status' })).not.toBeChecked()
    await button('More about status').click()
    await page.getByRole('menuitem', { name: 'Notes…' }).click()
    await textbox('Notes on status').fill('on or off')
    await button(/^Call/).click()
    await vi.waitFor(() =>
      expect(calls.catalogue.commands[0]?.parameters[1]).toMatchObject({ notes: 'on or off', isIncluded: false }),
    )
  })

  it('is repeated, a number at once, and stopped', async () => {
    await useTcpy()
    await command().fill('add')
    await button('Repeat…').click()
    await textbox('How often').fill('5')
    await textbox('At once').fill('2')
    await button('Start').click()
    await vi.waitFor(() => expect(calls.entries).toHaveLength(2))
    calls.reply('1', { number: 1 })
    await vi.waitFor(() => expect(calls.entries).toHaveLength(3))
    await expect.element(page.getByRole('group', { name: 'Repetition' })).toHaveTextContent('3 of 5 called')
    await button('Stop').click()
    calls.reply('1', { number: 2 })
    await expect
      .element(page.getByRole('group', { name: 'Repetition' }))
      .toHaveTextContent('Stopped: 3 of 5 were called')
    expect(calls.entries).toHaveLength(3)
  })

  it('is repeated one after the other without waiting to be told of changes', async () => {
    await useTcpy()
    await command().fill('add')
    calls.tellsNothing = true
    await button('Repeat…').click()
    await textbox('How often').fill('4')
    await textbox('At once').fill('1')
    await button('Start').click()
    for (const number of [1, 2, 3, 4]) {
      await vi.waitFor(() => expect(calls.entries).toHaveLength(number))
      calls.reply('1', { number })
    }
    await expect.element(page.getByRole('group', { name: 'Repetition' })).toHaveTextContent('All 4 were called')
    expect(calls.entries.map(({ state }) => state)).toEqual(['answered', 'answered', 'answered', 'answered'])
  })

  it('is repeated no more once it is refused, and the reason is told', async () => {
    await useTcpy()
    await command().fill('add')
    await button('Repeat…').click()
    await textbox('How often').fill('3')
    await textbox('At once').fill('1')
    await button('Start').click()
    await vi.waitFor(() => expect(calls.entries).toHaveLength(1))
    calls.refusal = describeError('not-connected')
    calls.reply('1')
    const strip = page.getByRole('group', { name: 'Repetition' })
    await expect.element(strip).toHaveTextContent('Stopped: 1 of 3 were called')
    await expect.element(strip).toHaveTextContent(describeError('not-connected').message)
    expect(calls.entries).toHaveLength(1)
  })

  it('is collected with others and sent as one batch, where the protocol has that', async () => {
    await button('JSON-RPC 2.0').click()
    await command().fill('add')
    await button('Add to the batch').click()
    await command().fill('sub')
    await button('Add to the batch').click()
    await button('Send the batch').click()
    await vi.waitFor(() => expect(calls.begun).toMatchObject([{ isBatch: true }]))
    expect(calls.begun[0]?.requests.map((request) => request.command)).toEqual(['add', 'sub'])
    await expect.element(button('Send the batch')).not.toBeInTheDocument()
  })

  it('of a protocol with events goes out as one, with the name of the component', async () => {
    await button('M2: JSON lines with sequence numbers').click()
    await page.getByRole('combobox', { name: 'What goes out' }).selectOptions('Event')
    await command().fill('mountInPosition')
    await textbox('Component name').fill('MTMount')
    await page.getByRole('button', { name: /^Send/ }).click()
    await vi.waitFor(() =>
      expect(calls.begun[0]?.requests).toMatchObject([
        { kind: 'event', componentName: 'MTMount', command: 'mountInPosition' },
      ]),
    )
  })
})

describe('settings', () => {
  it('are chosen in the session, with what is wrong at its field', async () => {
    await button('M2: JSON lines with sequence numbers').click()
    await button(/^How this session calls: M2/).click()
    const dialog = page.getByRole('dialog', { name: 'How this session calls' })
    await dialog.getByRole('textbox', { name: 'Telemetry port' }).fill('7272')
    await dialog.getByRole('checkbox', { name: 'Send heartbeats' }).click()
    await dialog.getByRole('button', { name: 'Use these settings' }).click()
    await expect.element(dialog.getByText('telemetry-port-same')).toBeVisible()
    await dialog.getByRole('textbox', { name: 'Telemetry port' }).fill('50011')
    await dialog.getByRole('button', { name: 'Use these settings' }).click()
    await vi.waitFor(() =>
      expect(calls.settings).toEqual({
        protocol: 'm2',
        timeoutMs: 10_000,
        telemetryPort: 50_011,
        sequence: 'own',
        heartbeatEveryMs: 1000,
      }),
    )
  })

  it('that connect for every call say so instead of "not connected"', async () => {
    const [session] = engine.sessions
    await useTcpy()
    engine.changeSession(session?.sessionId ?? '', { state: 'idle' })
    await expect.element(page.getByText('Connects for each call')).toBeVisible()
    await command().fill('add')
    await button(/^Call/).click()
    await vi.waitFor(() => expect(calls.begun).toHaveLength(1))
    expect(engine.sessions[0]?.state).toBe('idle')
  })

  it('with a second connection show when that half is lost', async () => {
    calls.telemetry = { state: 'open', connection: 2, remote: null, ending: null }
    calls.heartbeatsSent = 42
    await button('M2: JSON lines with sequence numbers').click()
    await expect.element(page.getByText('Telemetry open')).toBeVisible()
    await expect.element(page.getByText('42 heartbeats sent')).toBeVisible()
    calls.telemetry = { ...calls.telemetry, state: 'closed' }
    calls.tell()
    await expect.element(page.getByText('Telemetry lost')).toBeVisible()
  })
})
