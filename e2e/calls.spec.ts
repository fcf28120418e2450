import type { Page } from '@playwright/test'
import { exampleCommands } from '../src-main/contract/example-commands.ts'
import { expectAccessible } from './fixtures/accessibility.ts'
import { startServer } from './fixtures/local-server.ts'
import { expect, test, type Peers } from './fixtures/workbench.ts'
import { CallsPage } from './pages/calls-page.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'
import type { Peer } from './peers/peer.ts'

const commandServer = { kind: 'command', name: 'Commands', port: 0, table: exampleCommands } as const

test.skip(({ hostKind }) => hostKind !== 'web', 'servers are made over the wire of the web host')

/** A session that is connected to a peer of JSON-RPC, at its calls. */
async function callsOverJsonRpc(
  page: Page,
  peers: Peers,
): Promise<{ readonly peer: Peer; readonly window: WorkbenchPage; readonly calls: CallsPage }> {
  const peer = await peers.jsonRpc()
  const window = new WorkbenchPage(page)
  const calls = new CallsPage(page)
  await window.connectTo(peer)
  await calls.begin('JSON-RPC 2.0')
  return { peer, window, calls }
}

test('calls add by clicking, and shows solution 3, the bytes of the request and the ledger', async ({
  page,
  workbench,
}) => {
  const server = await startServer(workbench.url, commandServer)
  const window = new WorkbenchPage(page)
  const calls = new CallsPage(page)
  await window.newConnection({ host: '127.0.0.1', port: server.address?.port ?? 0 }, 'Connect without saving')
  await calls.begin('tcpy: MessagePack after a length')
  await calls.command.fill('add')
  await calls.addParameter('x', 'integer', '1')
  await calls.addParameter('y', 'integer', '2')
  await expect(calls.panel.getByLabel('The bytes of the call')).toHaveText(/^00 00 00 0F 83 /)
  await calls.command.press('Control+Enter')
  await calls.showLedger()
  await expect(calls.row('add')).toContainText('OK')
  await expect(calls.row('add')).toContainText(/"solution":\s*3/)
  await calls.row('add').click()
  await expect(calls.details.getByRole('treeitem', { name: 'solution 3' })).toBeVisible()
  await expect(calls.details.getByRole('treeitem', { name: 'success true' })).toBeVisible()
  await expectAccessible(page)
  await calls.details.getByRole('button', { name: 'Show the bytes of the request' }).click()
  await expect(window.session.row(/^Sent, 19 bytes/)).toHaveAttribute('aria-selected', 'true')
  await window.session.showView('Stream')
  await expect(window.session.row('00 00 00 0F 83').first()).toBeVisible()
})

test('holds a conversation over the open connection, turn by turn', async ({ page, workbench }) => {
  const server = await startServer(workbench.url, commandServer)
  const window = new WorkbenchPage(page)
  const calls = new CallsPage(page)
  await window.newConnection({ host: '127.0.0.1', port: server.address?.port ?? 0 }, 'Connect without saving')
  await window.session.expectState('Open')
  await calls.begin('tcpy: MessagePack after a length')
  await calls.panel.getByRole('button', { name: /^How this session calls/ }).click()
  await window.dialog.getByRole('combobox', { name: 'Connections' }).selectOption('The open one, turn by turn')
  await window.dialog.getByRole('button', { name: 'Use these settings' }).click()
  await calls.command.fill('chat')
  await calls.call()
  await calls.showLedger()
  await expect(calls.row('chat')).toContainText('Say something.')
  await calls.chooseKind('Turn without a command')
  await calls.addParameter('say', 'text', 'hello')
  await calls.call()
  await expect(calls.row('turn').first()).toContainText('"echo"')
  await calls.panel.getByRole('textbox', { name: 'Value of say' }).fill('bye')
  await calls.call()
  await expect(calls.row('"final"')).toContainText('bye')
})

test('follows an M2 command through ack to success, with telemetry live', async ({ page, workbench }) => {
  const server = await startServer(workbench.url, {
    kind: 'm2',
    name: 'Mirror',
    port: 0,
    m2: { telemetryPort: 0, telemetryHz: 10 },
  })
  const window = new WorkbenchPage(page)
  const calls = new CallsPage(page)
  await window.newConnection({ host: '127.0.0.1', port: server.address?.port ?? 0 }, 'Connect without saving')
  await calls.begin('M2: JSON lines with sequence numbers')
  await calls.panel.getByRole('button', { name: /^How this session calls/ }).click()
  await window.dialog.getByRole('textbox', { name: 'Telemetry port' }).fill(String(server.telemetryAddress?.port ?? 0))
  await window.dialog.getByRole('checkbox', { name: 'Send heartbeats' }).check()
  await window.dialog.getByRole('button', { name: 'Use these settings' }).click()
  if (await window.session.bar.getByRole('button', { name: 'Disconnect' }).isVisible()) {
    await window.session.button('Disconnect')
  }
  await window.session.button('Connect')
  await expect(window.session.bar.getByText('Telemetry open')).toBeVisible()
  await expect(calls.panel.getByText(/heartbeats? sent/)).toBeVisible()
  await calls.command.fill('power')
  await calls.addParameter('powerType', 'integer', '2')
  await calls.addParameter('status', 'boolean', 'true')
  await expect(calls.panel.getByText('Next sequence number 1')).toBeVisible()
  await calls.call()
  await calls.showLedger()
  await expect(calls.row('power')).toContainText('OK')
  await calls.row('power').click()
  await expect(calls.details.getByRole('article').first()).toContainText('ack')
  await expect(calls.details.getByRole('article').last()).toContainText('success')
  await expectAccessible(page)
  await calls.command.fill('noSuchCommand')
  await calls.call()
  await expect(calls.row('noSuchCommand')).toContainText('noack')
})

test('shows an error word for word, and gives up what takes too long, by hand or by time', async ({
  page,
  workbench,
  peers,
}) => {
  const server = await startServer(workbench.url, commandServer)
  const window = new WorkbenchPage(page)
  const calls = new CallsPage(page)
  await window.newConnection({ host: '127.0.0.1', port: server.address?.port ?? 0 }, 'Connect without saving')
  await calls.begin('tcpy: MessagePack after a length')
  await calls.showLedger()
  await calls.command.fill('boom')
  await calls.call()
  await expect(calls.row('boom')).toContainText('“boom happened”')
  await calls.command.fill('foo')
  await calls.call()
  await expect(calls.row('foo')).toContainText('“Invalid command foo!”')
  await calls.command.fill('slow')
  await calls.call()
  await page.getByRole('button', { name: /^Cancel slow/ }).click()
  await expect(calls.row('slow')).toContainText('Cancelled')
  const silent = await peers.silent()
  await window.newConnection({ host: '127.0.0.1', port: silent.port }, 'Connect without saving')
  await calls.begin('tcpy: MessagePack after a length')
  await calls.showLedger()
  await calls.command.fill('add')
  await calls.call()
  const underWay = page.getByRole('group', { name: 'Calls under way' }).filter({ visible: true })
  await expect(underWay).toContainText('Waiting')
  await underWay.getByRole('button', { name: /^Cancel add/ }).click()
  await expect(calls.row('add')).toContainText('Cancelled')
  await calls.panel.getByRole('combobox', { name: 'How long to wait' }).selectOption('Waits at most…')
  await calls.panel.getByRole('textbox', { name: 'Wait for a reply at most, in milliseconds' }).fill('150')
  await calls.call()
  await expect(calls.row('add').first()).toContainText('Timed out')
})

test('speaks JSON-RPC: a notification, a batch, and a call of the server answered by hand', async ({ page, peers }) => {
  const { peer, calls } = await callsOverJsonRpc(page, peers)
  await calls.showLedger()
  await calls.chooseKind('Notification')
  await calls.command.fill('log')
  await calls.send()
  await expect(calls.row('log')).toContainText('Sent')
  await expect.poll(() => peer.receivedText).toBe('{"jsonrpc":"2.0","method":"log"}\n')

  await calls.chooseKind('Call')
  await calls.command.fill('add')
  await calls.addParameter('x', 'integer', '1')
  await calls.addParameter('y', 'integer', '2')
  await calls.panel.getByRole('button', { name: 'Add to the batch' }).click()
  await calls.panel.getByRole('textbox', { name: 'Value of y' }).fill('40')
  await calls.panel.getByRole('button', { name: 'Add to the batch' }).click()
  await calls.panel.getByRole('button', { name: 'Send the batch' }).click()
  await expect(calls.row('add').nth(0)).toContainText(/"sum":\s*41/)
  await expect(calls.row('add').nth(1)).toContainText(/"sum":\s*3/)

  // A person may take any time over the answer.
  await calls.command.fill('ask')
  await calls.panel.getByRole('combobox', { name: 'How long to wait' }).selectOption('Waits without end')
  await calls.call()
  await calls.row('confirm').click()
  const answer = calls.details.getByRole('form', { name: 'Answer this call' })
  await answer.getByRole('textbox', { name: 'Result as JSON' }).fill('{"yes": tru}')
  await answer.getByRole('button', { name: 'Send the answer' }).click()
  await expect(answer.getByText('json-malformed')).toBeVisible()
  await answer.getByRole('textbox', { name: 'Result as JSON' }).fill('{"yes": true}')
  await expectAccessible(page)
  await answer.getByRole('button', { name: 'Send the answer' }).click()
  await expect(calls.row('ask')).toContainText(/"confirmed":\s*\{\s*"yes":\s*true/)
  await expect(answer).toBeHidden()
})

test('keeps the commands of a session in the profile it is saved as, and finds them again', async ({
  page,
  workbench,
  peers,
}) => {
  const { window, calls } = await callsOverJsonRpc(page, peers)
  await calls.command.fill('add')
  await calls.addParameter('x', 'integer', '5')
  await calls.call()
  await calls.showLedger()
  await expect(calls.row('add')).toContainText('OK')
  await calls.showPart('Catalogue')
  await page.getByRole('button', { name: 'Save as profile…' }).click()
  await window.dialog.getByRole('tab', { name: 'Address' }).click()
  await window.dialog.getByLabel('Name', { exact: true }).fill('Rack 2')
  await window.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(window.tab('Rack 2')).toBeVisible()
  await expect(page.getByText('Kept in the profile')).toBeVisible()

  await calls.command.fill('noSuchCommand')
  await calls.call()
  await page.getByRole('button', { name: 'Keep in the profile' }).click()
  await expect(page.getByText('Kept in the profile')).toBeVisible()

  const later = await workbench.restart()
  const again = new WorkbenchPage(later)
  const callsAgain = new CallsPage(later)
  await again.connection('Rack 2').dblclick()
  await again.session.expectState('Open')
  await callsAgain.showLedger()
  await callsAgain.showPart('Catalogue')
  await expect(later.getByRole('option', { name: /noSuchCommand/ })).toBeVisible()
  await callsAgain.command.fill('add')
  await expect(callsAgain.panel.getByRole('textbox', { name: 'Value of x' })).toHaveValue('5')
})

test('is accessible where a call is repeated, where replies are compared, and in the statistics', async ({
  page,
  peers,
}) => {
  const { window, calls } = await callsOverJsonRpc(page, peers)
  await calls.showLedger()
  await calls.command.fill('add')
  await calls.addParameter('x', 'integer', '1')
  await calls.panel.getByRole('button', { name: 'Repeat…' }).click()
  await expect(window.dialog.getByRole('textbox', { name: 'How often' })).toBeVisible()
  await expectAccessible(page)
  await window.dialog.getByRole('textbox', { name: 'How often' }).fill('200')
  await window.dialog.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByRole('group', { name: 'Repetition' })).toContainText('All 200 were called')
  await expect(calls.ledger.getByRole('row').filter({ hasText: /^200/ })).toContainText('OK')

  await calls.row('add').nth(1).click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Compare/ }).click()
  await calls.row('add').nth(0).click()
  await expect(page.getByRole('group', { name: 'Difference of two replies' })).toContainText('1 difference')
  await expectAccessible(page)
  await calls.showPart('Statistics')
  await expect(page.getByRole('table', { name: 'Calls by command' })).toContainText('200')
  await expectAccessible(page)
})

test('is accessible in its catalogue and in the settings of the calls', async ({ page, peers }) => {
  const { window, calls } = await callsOverJsonRpc(page, peers)
  await calls.command.fill('add')
  await calls.addParameter('x', 'integer', '1')
  await calls.call()
  await calls.showLedger()
  await expect(calls.row('add')).toContainText('OK')
  await calls.showPart('Catalogue')
  await page.getByRole('option', { name: /add/ }).click()
  await expectAccessible(page)
  await calls.panel.getByRole('button', { name: /^How this session calls/ }).click()
  await expect(window.dialog).toBeVisible()
  await expectAccessible(page)
})
