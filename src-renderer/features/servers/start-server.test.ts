import { cleanup } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import '../../theme/base.css'
import { button, menuItem, ServerWindow, textbox } from './servers.test-support.ts'

const inUse = describeError('port-in-use', { host: '127.0.0.1', port: 7007 })

let window: ServerWindow
let serverId: string

beforeEach(async () => {
  window = new ServerWindow()
  const { engine } = window
  serverId = engine.servers.add({ kind: 'echo', name: 'Echo', port: 7007 }).serverId
  engine.answers = {
    'server.start': (request) => {
      engine.servers.change(request.serverId, { error: inUse })
      throw WirebenchError.fromShape(inUse)
    },
  }
  await window.show()
})
afterEach(() => cleanup())

const messages = () => page.getByRole('region', { name: 'Notifications' })
const message = () => messages().getByText(inUse.message)
const toldInTab = () => page.getByRole('region', { name: 'Server Echo' }).getByText(inUse.message)

async function startFromSidebar(): Promise<void> {
  await window.row(/Echo/).click({ button: 'right' })
  await menuItem(/^Start/).click()
}

it('a start that failed is told in the tab of the server, and nowhere else', async () => {
  await window.open('Echo')
  await page.getByRole('group', { name: 'Server', exact: true }).getByRole('button', { name: 'Start' }).click()
  await expect.element(toldInTab()).toBeVisible()
  await expect.element(message()).not.toBeInTheDocument()
})

it('made and started in the form, it is told in the tab that opens', async () => {
  await button('New local server').click()
  await textbox('Name').fill('Echo 2')
  await button('Create and start').click()
  await expect.element(page.getByRole('region', { name: 'Server Echo 2' }).getByText(inUse.message)).toBeVisible()
  await expect.element(message()).not.toBeInTheDocument()
})

it('without its tab in front a message tells it, until the server listens', async () => {
  await startFromSidebar()
  await expect.element(message()).toBeVisible()
  window.engine.servers.change(serverId, { state: 'listening', error: null })
  await expect.element(message()).not.toBeInTheDocument()
})

it('the message goes when the tab tells it', async () => {
  await startFromSidebar()
  await expect.element(message()).toBeVisible()
  await window.open('Echo')
  await expect.element(toldInTab()).toBeVisible()
  await expect.element(message()).not.toBeInTheDocument()
})
