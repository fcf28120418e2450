import { cleanup } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CallsState } from '../../../src-main/contract/schemas/call.ts'
import '../../theme/base.css'
import { button, checkbox, combobox, menuItem, ServerWindow, textbox } from './servers.test-support.ts'

let window: ServerWindow

beforeEach(() => {
  window = new ServerWindow()
})
afterEach(() => cleanup())

const openForm = async (): Promise<void> => {
  await window.show()
  await button('New local server').click()
}
const kind = () => combobox('Kind')

describe('making a server', () => {
  it('a command server has the usual port, its settings, and the examples to begin with', async () => {
    await openForm()
    await kind().selectOptions('Command server (tcpy)')
    await expect.element(textbox('Name')).toHaveValue('Commands')
    await expect.element(textbox('Port')).toHaveValue('7272')
    await textbox('Workers').fill('2')
    await combobox('Serving').selectOptions('One request at a time, as tcpy 0.0.10')
    await textbox('Poll interval').fill('0.5')
    await combobox('Requests per connection').selectOptions('Any number')
    await combobox('After the reply').selectOptions('Close the connection')
    await combobox('Invalid request').selectOptions('Drop the connection, as up to 0.0.6')
    await button('Create').click()
    await vi.waitUntil(() => window.applied !== undefined)
    expect(window.applied).toMatchObject({
      kind: 'command',
      name: 'Commands',
      host: '127.0.0.1',
      port: 7272,
      command: {
        workers: 2,
        serving: 'one-at-a-time',
        pollIntervalMs: 0.5,
        requestsPerConnection: 'any',
        afterReply: 'close',
        invalidRequest: 'drop',
      },
    })
    expect(window.applied?.table.commands.map(({ name }) => name)).toEqual(['add', 'boom', 'chat', 'echo', 'slow'])
    await expect.element(page.getByRole('tab', { name: /Stopped\s*Commands/, selected: true })).toBeVisible()
  })

  it('an M2 server has two ports, and its telemetry, welcome, checks and duration', async () => {
    await openForm()
    await kind().selectOptions('M2 server')
    await expect.element(textbox('Command port')).toHaveValue('50000')
    await expect.element(textbox('Telemetry port')).toHaveValue('50001')
    await textbox('Telemetry port').fill('50000')
    await button('Create').click()
    await expect.element(page.getByText(/Both ports are the same/)).toBeVisible()
    await textbox('Telemetry port').fill('0')
    await textbox('Telemetry rate').fill('2.5')
    await textbox('Duration of a command').fill('40')
    await combobox('Welcome messages').selectOptions('Once in the life of the server, as the original')
    await checkbox('Check sequence numbers').click()
    await checkbox('Require heartbeats').click()
    await button('Create').click()
    await vi.waitUntil(() => window.applied !== undefined)
    expect(window.applied).toMatchObject({
      kind: 'm2',
      port: 50_000,
      m2: {
        telemetryPort: 0,
        telemetryHz: 2.5,
        welcomesEveryClient: false,
        checksSequence: true,
        requiresHeartbeat: true,
        commandDurationMs: 40,
      },
    })
  })

  it('a JSON-RPC server with a length before each document', async () => {
    await openForm()
    await kind().selectOptions('JSON-RPC server')
    await combobox('Documents are told apart by').selectOptions('A binary length before each')
    await combobox('Length').selectOptions('u16be')
    await button('Create and start').click()
    await vi.waitUntil(() => window.engine.servers.list.some(({ state }) => state === 'listening'))
    expect(window.applied).toMatchObject({
      kind: 'jsonrpc',
      jsonRpc: { framing: 'length-prefix', lengthField: 'u16be' },
    })
  })

  it('a character generator at a rate, for one client, unrecorded', async () => {
    await openForm()
    await kind().selectOptions('Character generator')
    await textbox('Rate to each client').fill('-3')
    await combobox('Clients').selectOptions('One at a time')
    await checkbox('Record the traffic').click()
    await button('Create').click()
    await expect.element(page.getByText('Enter a number of bytes of at least 1, or nothing.')).toBeVisible()
    await textbox('Rate to each client').fill('1000')
    await button('Create').click()
    await vi.waitUntil(() => window.applied !== undefined)
    expect(window.applied).toMatchObject({
      kind: 'chargen',
      maxClients: 1,
      isRecorded: false,
      chargen: { bytesPerSecond: 1000 },
    })
  })
})

describe('changing a server', () => {
  it('while it runs: the name alone, with the reason; what is edited elsewhere stays', async () => {
    const rules = { framing: null, rules: [{ ruleId: 'r1', match: { kind: 'any' as const }, actions: [] }] }
    window.engine.servers.add({ kind: 'echo', name: 'Live', port: 7007, rules }, 'listening')
    await window.show()
    await window.row(/Live/).click({ button: 'right' })
    await menuItem('Edit…').click()
    await expect.element(page.getByText(/The server is running\. Only its name/)).toBeVisible()
    await expect.element(textbox('Port')).toBeDisabled()
    await expect.element(kind()).toBeDisabled()
    await expect.element(checkbox('Record the traffic')).toBeDisabled()
    await textbox('Name').fill('Lively')
    await button('Save').click()
    await vi.waitUntil(() => window.applied !== undefined)
    expect(window.applied).toMatchObject({ name: 'Lively', port: 7007, rules: { rules: [{ ruleId: 'r1' }] } })
  })

  it('can be stopped from the form, which then opens all of it', async () => {
    window.engine.servers.add({ kind: 'echo', name: 'Live', port: 7007 }, 'listening')
    await window.show()
    await window.row(/Live/).click()
    await userEvent.keyboard('{F4}')
    await button('Stop it').click()
    await expect.element(textbox('Port')).toBeEnabled()
    await textbox('Port').fill('7008')
    await button('Save and start').click()
    await vi.waitUntil(() => window.engine.servers.list[0]?.state === 'listening')
    expect(window.applied).toMatchObject({ port: 7008 })
  })
})

describe('the sidebar', () => {
  it('opens, starts, duplicates and deletes by keyboard', async () => {
    window.engine.servers.add({ kind: 'discard', name: 'Sink', port: 9 })
    await window.show()
    await window.row(/Sink/).click()
    await expect.element(page.getByRole('region', { name: 'Server Sink' })).toBeVisible()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await vi.waitUntil(() => window.engine.servers.list[0]?.state === 'listening')
    await userEvent.keyboard('{Control>}d{/Control}')
    await vi.waitUntil(() => window.engine.servers.list.length === 2)
    expect(window.applied).toMatchObject({ kind: 'discard', name: 'Sink 2', port: 0 })
    await userEvent.keyboard('{Escape}')
    await window.row(/Sink 2/).click()
    await userEvent.keyboard('{Delete}')
    await vi.waitUntil(() => window.engine.servers.list.length === 1)
    await expect.element(page.getByText('Deleted “Sink 2”.')).toBeVisible()
  })
})

describe('connecting', () => {
  /** What sessions are told of calls: settings, and names of commands with those of their parameters. */
  const recordConfigured = (): unknown[] => {
    const configured: unknown[] = []
    const noCalls: Omit<CallsState, 'sessionId' | 'settings'> = {
      entryCount: 0,
      droppedCount: 0,
      revision: 0,
      pendingCount: 0,
      pending: [],
      telemetry: null,
      heartbeatsSent: null,
      catalogueRevision: 0,
      catalogueIsKept: true,
    }
    window.engine.answers = {
      'call.configure': ({ sessionId, settings }) => {
        configured.push(settings)
        return { ...noCalls, sessionId, settings }
      },
      'call.set-catalogue': ({ sessionId, catalogue }) => {
        configured.push(catalogue.commands.map(({ name, parameters }) => [name, parameters.map((one) => one.name)]))
        return { ...noCalls, sessionId, settings: null }
      },
    }
    return configured
  }

  it('calls and reads as a command server speaks, with its commands at hand', async () => {
    const configured = recordConfigured()
    const table = {
      commands: [{ name: 'add', parameters: [{ name: 'x' }], action: { kind: 'reply' as const, template: '{}' } }],
    }
    window.engine.servers.add({ kind: 'command', name: 'Table', port: 7272, table }, 'listening')
    await window.show()
    await window.open('Table')
    await button('Connect').click()
    await vi.waitUntil(() => window.engine.sessions.length === 1)
    await vi.waitUntil(() => configured.length === 2)
    expect(configured).toMatchObject([{ protocol: 'tcpy', mode: 'execute' }, [['add', ['x']]]])
    expect(window.engine.keptCaptures.list[0]?.interpretation).toMatchObject({
      sent: { framing: { kind: 'tcpy' }, decoder: { kind: 'tcpy' } },
      received: { framing: { kind: 'tcpy' }, decoder: { kind: 'tcpy' } },
    })
  })

  it('calls and reads as an M2 server speaks, with the commands of the mirror at hand', async () => {
    const configured = recordConfigured()
    window.engine.servers.add({ kind: 'm2', name: 'Mirror', port: 50_000 }, 'listening')
    await window.show()
    await window.open('Mirror')
    await button('Connect').click()
    await vi.waitUntil(() => configured.length === 2)
    expect(configured[0]).toMatchObject({ protocol: 'm2' })
    expect(configured[1]).toHaveLength(25)
    expect(configured[1]).toContainEqual(['power', ['powerType', 'status']])
    expect(window.engine.keptCaptures.list[0]?.interpretation).toMatchObject({
      sent: { framing: { kind: 'm2' }, decoder: { kind: 'm2' } },
      received: { framing: { kind: 'm2' }, decoder: { kind: 'm2' } },
    })
  })
})
