import { cleanup } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as v from 'valibot'
import { callSettings } from '../../../src-main/contract/schemas/call-settings.ts'
import { command, radio } from '../calls/calls-setting.test-support.ts'
import { button, ServerWindow } from '../servers/servers.test-support.ts'
import '../../theme/base.css'

const tcpy = v.parse(callSettings, { protocol: 'tcpy' })

let window: ServerWindow

beforeEach(async () => {
  window = new ServerWindow()
  await page.viewport(1400, 900)
})
afterEach(() => cleanup())

const chosen = async (panel: string, look: string): Promise<void> => {
  await expect.element(radio(panel)).toBeChecked()
  await expect.element(radio(look)).toBeChecked()
}

async function openProfile(): Promise<void> {
  const { id } = window.engine.addProfile({ name: 'Rack', connection: { host: '127.0.0.1', port: 7272 } })
  await window.show()
  await window.workbench.openProfile(id, { connect: true })
}

it('a session whose profile has calls opens with them, ready to write one', async () => {
  window.engine.commandCalls.settings = tcpy
  await openProfile()
  await chosen('Call', 'Calls')
  await expect.element(command()).toHaveFocus()
})

it('a session without calls opens with a message and the timeline', async () => {
  await openProfile()
  await chosen('Message', 'Timeline')
})

it.each(['command', 'm2', 'jsonrpc'] as const)('connecting to a %s server opens with its calls', async (kind) => {
  window.engine.servers.add({ kind, name: 'Bench', port: 7007 }, 'listening')
  await window.show()
  await window.open('Bench')
  await button('Connect').click()
  await chosen('Call', 'Calls')
  await expect.element(command()).toHaveFocus()
})

it('what a person chose in the session stays: in its tab, and over a reload of the window', async () => {
  window.engine.commandCalls.settings = tcpy
  await openProfile()
  await chosen('Call', 'Calls')
  await radio('Message').click()
  await radio('Stream').click()
  window.engine.commandCalls.tell()
  await chosen('Message', 'Stream')
  cleanup()
  await window.show()
  await chosen('Message', 'Stream')
})

it('calls that are set up by hand leave the look at the traffic alone', async () => {
  await openProfile()
  await radio('Call').click()
  await page.getByRole('button', { name: 'tcpy: MessagePack after a length' }).click()
  await expect.element(command()).toBeVisible()
  await vi.waitFor(() => expect(window.engine.commandCalls.settings).not.toBeNull())
  await chosen('Call', 'Timeline')
})
