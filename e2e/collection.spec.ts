import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { CollectionPage } from './pages/collection-page.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'
import { Peer } from './peers/peer.ts'

const answerDelayMs = 200

/** Gives out a token some time after it was asked. */
function startTokenPeer(token: string): Promise<Peer> {
  return Peer.start({
    onBytes: (socket, bytes) => {
      if (!Buffer.from(bytes).toString().startsWith('LOGIN')) return
      setTimeout(() => socket.write(`TOKEN ${token}\n`), answerDelayMs)
    },
  })
}

test('a message saved with tags in a folder is found by its tag after a restart, and sent by keyboard', async ({
  page,
  workbench,
  peers,
}) => {
  const peer = await peers.echo()
  const window = new WorkbenchPage(page)
  await window.connectTo(peer)
  await window.session.composeText('*IDN?', 'Ends with LF')
  await page.keyboard.press('Control+s')
  await window.dialog.getByLabel('Name', { exact: true }).fill('Who are you')
  await window.dialog.getByLabel('Folder').fill('Bench/Identity')
  await window.dialog.getByLabel('Tags').fill('scpi, smoke')
  await window.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(new CollectionPage(page).entry('Who are you')).toBeVisible()
  await expectAccessible(page)

  const restarted = await workbench.restart()
  const again = new WorkbenchPage(restarted)
  const messages = new CollectionPage(restarted)
  await again.connectTo(peer)
  await restarted.getByRole('textbox', { name: 'Filter' }).fill('smoke')
  await expect(messages.tree.getByRole('treeitem')).toHaveCount(3)
  await messages.entry('Who are you').focus()
  await restarted.keyboard.press('Control+Enter')
  await expect(again.session.receivedRow('*IDN?')).toBeVisible()

  await restarted.keyboard.press('Enter')
  await expect(again.session.textEditor).toHaveValue('*IDN?')
  await again.session.textEditor.fill('*RST')
  await expect(messages.entry('Changed since it was saved')).toBeVisible()
  await restarted.keyboard.press('Control+s')
  await expect(messages.entry('Changed since it was saved')).toBeHidden()
})

test('a sequence waits for a token, keeps it and sends it back', async ({ page }) => {
  const peer = await startTokenPeer('s3same')
  try {
    await new WorkbenchPage(page).connectTo(peer)
    const messages = new CollectionPage(page)
    await messages.newSequence('Log in')
    await messages.addSending(1, 'LOGIN')
    await messages.addWaitingForPattern(2, 'TOKEN (\\w+)', 'token')
    await messages.addSending(3, 'USE {{$captured token}}')
    await expect(messages.step(2).getByText('Wait up to 10 s for /TOKEN (\\w+)/, keep group 1 as token')).toBeVisible()
    await page.keyboard.press('Control+s')
    await expect(page.getByText('Saved “Log in”.')).toBeVisible()
    await messages.run.getByRole('button', { name: 'Start' }).click()

    await expect(messages.run.getByText('Done', { exact: true })).toBeVisible()
    await expect(messages.result(1)).toContainText('Sent')
    await expect(messages.result(2)).toContainText('Matched')
    await expect(messages.result(2)).toContainText('TOKEN s3same')
    await expect(messages.run.getByRole('row', { name: 'token s3same' })).toBeVisible()
    await expect.poll(() => peer.receivedText).toBe('LOGIN\nUSE s3same\n')
    await expectAccessible(page)
    await messages.run.getByRole('button', { name: 'Copy as text' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('  token = s3same')
  } finally {
    await peer.close()
  }
})

test('a wait in vain and a malformed pattern are told at their step', async ({ page, peers }) => {
  const peer = await peers.silent()
  await new WorkbenchPage(page).connectTo(peer)
  const messages = new CollectionPage(page)
  await messages.newSequence('In vain')
  await messages.addSending(1, 'HELLO')
  await messages.addWaitingForPattern(2, '(unclosed', 'name')
  await messages.run.getByRole('button', { name: 'Start' }).click()
  await expect(messages.step(2).getByText('pattern-malformed')).toBeVisible()
  await expect(messages.step(2).getByRole('textbox', { name: 'Regular expression' })).toBeFocused()
  expect(peer.receivedText).toBe('')

  await messages.step(2).getByRole('textbox', { name: 'Regular expression' }).fill('(OK)')
  await messages.step(2).getByRole('textbox', { name: 'At most for' }).fill('150')
  await page.keyboard.press('Control+Enter')
  await expect(messages.run.getByText('Failed', { exact: true })).toBeVisible()
  await expect(messages.result(2)).toContainText('Timed out')
  await expect(messages.result(2)).toContainText('wait-timeout')
})

test('an environment changes the address and the message; its secret is on the wire and nowhere else', async ({
  page,
  workbench,
  peers,
}) => {
  const secret = 'pa55-never-shown'
  const bench = await peers.echo()
  const staging = await peers.silent()
  const window = new WorkbenchPage(page)
  const messages = new CollectionPage(page)
  await messages.openEnvironments()
  await messages.addEnvironment('bench')
  await messages.addVariable('device', bench.host)
  await messages.addVariable('port', String(bench.port))
  await messages.addVariable('unit', 'B7')
  await messages.addEnvironment('staging')
  await messages.addVariable('device', staging.host)
  await messages.addVariable('port', String(staging.port))
  await messages.addVariable('unit', 'S1')
  await messages.addVariable('password', secret, true)
  await expectAccessible(page)
  await messages.saveEnvironments()

  await messages.useEnvironment('bench')
  await window.connectTo({ host: '{{device}}', port: '{{port}}' })
  await window.session.composeText('UNIT {{unit}}', 'Ends with LF')
  await window.session.send()
  await expect.poll(() => bench.receivedText).toBe('UNIT B7\n')
  await expect(window.session.bar).toContainText(String(bench.port))

  await messages.useEnvironment('staging')
  await window.session.button('Disconnect')
  await window.session.expectState('Closed')
  await window.session.button('Connect')
  await window.session.expectState('Open')
  await window.session.composeText('UNIT {{unit}} {{password}}', 'Ends with LF')
  await window.session.send()
  await expect.poll(() => staging.receivedText).toBe(`UNIT S1 ${secret}\n`)

  await messages.openEnvironments()
  await expect(messages.dialog.getByText('Set', { exact: true })).toBeVisible()
  await expect(messages.dialog.getByLabel('Value of password', { exact: true })).toHaveValue('')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+s')
  await window.dialog.getByLabel('Name', { exact: true }).fill('Unit')
  await window.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(messages.entry('Unit')).toBeVisible()
  expect(await filesThatHold(workbench.dataFolder, secret, ['captures'])).toEqual([])
})

test('two windows see each other’s change, and nothing is overwritten', async ({ page, context, workbench }) => {
  test.skip(workbench.url === null, 'The second window is a second browser page.')
  const first = new CollectionPage(page)
  await first.newSequence('Shared')
  await first.addSending(1, 'ONE')
  await page.keyboard.press('Control+s')
  const secondPage = await context.newPage()
  await secondPage.goto(workbench.url ?? '')
  const second = new CollectionPage(secondPage)
  await second.entry('Shared').dblclick()
  await expect(second.step(1)).toContainText('Send text ONE')

  await second.addSending(2, 'TWO')
  await secondPage.keyboard.press('Control+s')
  await expect(first.step(2)).toContainText('Send text TWO')

  await first.addSending(3, 'MINE')
  await second.addSending(3, 'THEIRS')
  await secondPage.keyboard.press('Control+s')
  await expect(page.getByText('Nothing was overwritten.')).toBeVisible()
  await page.getByRole('button', { name: 'Take the one on disk' }).click()
  await expect(first.step(3)).toContainText('Send text THEIRS')

  await second.openEnvironments()
  await second.addEnvironment('bench')
  await second.saveEnvironments()
  await first.useEnvironment('bench')
  await expect(secondPage.getByRole('button', { name: 'Environment: bench' })).toBeVisible()
})

/** Files below the folder that hold the text, apart from some folders: what was sent is evidence and stays in captures. */
async function filesThatHold(folder: string, text: string, except: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const found: string[] = []
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    if (except.some((name) => path.startsWith(join(folder, name)))) continue
    if ((await readFile(path)).includes(text)) found.push(path)
  }
  return found
}
