import { cleanup } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import { fakeClient } from '../../testing/fake-servers.ts'
import '../../theme/base.css'
import { button, combobox, menuItem, ServerWindow, textbox } from './servers.test-support.ts'

let window: ServerWindow
let serverId: string

beforeEach(async () => {
  window = new ServerWindow()
  serverId = window.engine.servers.add({ kind: 'echo', name: 'Echo', port: 7007 }, 'listening').serverId
  await window.show()
})
afterEach(() => cleanup())

const grid = () => page.getByRole('grid', { name: 'Clients' })
const client = (name: RegExp) => grid().getByRole('row', { name })
const numbers = (count: number) => Array.from({ length: count }, (_, index) => fakeClient(index + 1))

describe('the list of clients', () => {
  it('shows what there is of each, live', async () => {
    await window.open('Echo')
    await expect.element(page.getByText('Clients that connect to 127.0.0.1:7007 are listed here.')).toBeVisible()
    window.engine.servers.setClients(serverId, [
      fakeClient(1, { receivedBytes: 1200, sentBytes: 3400, unsentBytes: 56 }),
      fakeClient(2, { state: 'half-closed' }),
    ])
    await expect.element(client(/1 127\.0\.0\.1:40001 Open .* 1\.2 kB 3\.4 kB 56 B/)).toBeVisible()
    await expect.element(client(/2 127\.0\.0\.1:40002 Client ended/)).toBeVisible()
    window.engine.servers.setClients(serverId, [fakeClient(2)])
    await expect.element(client(/1 127/)).not.toBeInTheDocument()
  })

  it('draws of a thousand only those in sight, and reaches the last by key', async () => {
    await window.open('Echo')
    window.engine.servers.setClients(serverId, numbers(1000))
    await expect.element(page.getByText('1,000 clients', { exact: true }).last()).toBeVisible()
    await client(/^1 127/).click()
    expect(grid().getByRole('row').elements().length).toBeLessThan(80)
    await userEvent.keyboard('{End}')
    await expect.element(client(/^1000 127/)).toBeVisible()
  })

  it('filters by address, number and state', async () => {
    await window.open('Echo')
    window.engine.servers.setClients(serverId, [...numbers(3), fakeClient(4, { state: 'closing' })])
    await textbox('Filter clients').fill('closing')
    await expect.element(page.getByText('1 of 4')).toBeVisible()
    await textbox('Filter clients').fill('nothing like that')
    await expect.element(page.getByText('No client matches the filter.')).toBeVisible()
  })

  it('closes one and resets one, by button and by menu', async () => {
    await window.open('Echo')
    window.engine.servers.setClients(serverId, numbers(3))
    await client(/^1 127/).click()
    await button('Close').click()
    await vi.waitUntil(() => window.engine.servers.ended.length === 1)
    await client(/^3 127/).click({ button: 'right' })
    await menuItem(/^Reset/).click()
    await vi.waitUntil(() => window.engine.servers.ended.length === 2)
    expect(window.engine.servers.ended).toEqual([
      { serverId, connection: 1, reset: false },
      { serverId, connection: 3, reset: true },
    ])
    await expect.element(page.getByText('1 client', { exact: true }).first()).toBeVisible()
  })

  it('says that it is not running, and starts', async () => {
    window.engine.servers.change(serverId, { state: 'stopped', address: null })
    await window.open('Echo')
    await expect.element(page.getByRole('heading', { name: 'The server is not running' })).toBeVisible()
    await button('Start').last().click()
    await vi.waitUntil(() => window.engine.servers.find(serverId).state === 'listening')
  })
})

describe('sending to clients', () => {
  const editor = () => page.getByRole('region', { name: 'Send to clients' }).getByRole('textbox')

  it('goes to all, or to those that are chosen, as text, hex or JSON', async () => {
    await window.open('Echo')
    window.engine.servers.setClients(serverId, numbers(3))
    await expect.element(client(/^3 127/)).toBeVisible()
    await editor().fill('hello')
    await button('Send Ctrl Enter').click()
    await expect.element(page.getByText('Sent 5 B to 3 clients.')).toBeVisible()
    await client(/^1 127/).click()
    await client(/^3 127/).click({ modifiers: ['Control'] })
    await combobox('To').selectOptions('2 chosen clients')
    await page.getByRole('radio', { name: 'Hex' }).click()
    await expect.element(editor()).toHaveValue('68 65 6C 6C 6F')
    await editor().fill('00 ff')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await vi.waitUntil(() => window.engine.servers.sent.length === 2)
    expect(window.engine.servers.sent).toMatchObject([
      { connections: null, message: { content: { mode: 'text', text: 'hello', lineEnding: 'none' } } },
      { connections: [1, 3], message: { content: { mode: 'hex', hex: '00 ff' } } },
    ])
  })

  it('tells what is malformed where it is written, and what the engine refuses', async () => {
    window.engine.answers = {
      'server.send': () => {
        throw new WirebenchError('server-not-running')
      },
    }
    await window.open('Echo')
    window.engine.servers.setClients(serverId, numbers(1))
    await page.getByRole('radio', { name: 'Hex' }).click()
    await editor().fill('0g')
    await expect.element(page.getByText('hex-malformed')).toBeVisible()
    await editor().fill('00')
    await button('Send Ctrl Enter').click()
    await expect.element(page.getByText(describeError('server-not-running').message)).toBeVisible()
  })
})

describe('the bar', () => {
  it('tells workers, queue, problems and the way to stop', async () => {
    window.engine.servers.change(serverId, {
      activity: { workers: 4, busyWorkers: 3, queuedRequests: 7, servedRequests: 1234 },
      problemCount: 2,
      lastProblem: describeError('request-incomplete', { connection: 5, missingBytes: 3 }),
      sentBytes: 4200,
    })
    await window.open('Echo')
    const bar = page.getByRole('group', { name: 'Server', exact: true })
    await expect.element(bar.getByText(/3 of 4 workers busy · 7 waiting · 1,234 served/)).toBeVisible()
    await expect.element(page.getByText(/2 problems\. The last: Client 5 ended in the middle/)).toBeVisible()
    await bar.getByRole('button', { name: 'Stop' }).click()
    await expect.element(bar.getByText('Stopped')).toBeVisible()
  })
})
