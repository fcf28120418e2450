import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test as base } from './fixtures/workbench.ts'
import { CallsPage } from './pages/calls-page.ts'
import { ServerPage } from './pages/server-page.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'
import { RawClient } from './peers/raw-client.ts'

/** Clients that end with the test. */
const test = base.extend<{ clientOf: (server: ServerPage) => Promise<RawClient> }>({
  clientOf: async ({}, use) => {
    const clients: RawClient[] = []
    await use(async (server) => {
      const client = await RawClient.connect(await server.port())
      clients.push(client)
      return client
    })
    for (const client of clients) client.close()
  },
})

/** A request of tcpy: a MessagePack map of short texts and small numbers, after its length (seed-systems 1.1). */
function request(members: Readonly<Record<string, string | number>>): Buffer {
  const parts = Object.entries(members).flatMap(([key, value]) => [
    shortText(key),
    typeof value === 'string' ? shortText(value) : Buffer.from([value]),
  ])
  const body = Buffer.concat([Buffer.from([0x80 | Object.keys(members).length]), ...parts])
  const frame = Buffer.alloc(4 + body.length)
  frame.writeUInt32BE(body.length, 0)
  body.copy(frame, 4)
  return frame
}

const shortText = (text: string): Buffer => Buffer.concat([Buffer.from([0xa0 | text.length]), Buffer.from(text)])

test('the table of a command server is edited while it serves', async ({ page, clientOf }) => {
  const window = new WorkbenchPage(page)
  const server = await ServerPage.make(window, 'Table', 'Command server (tcpy)')
  const add = await clientOf(server)
  add.send(request({ cmd: 'add', x: 1, y: 2 }))
  expect((await add.readFrame()).toString('latin1')).toContain('solution\x03')

  await server.show('Commands')
  await server.region.getByRole('option', { name: /boom/ }).click()
  await server.region.getByRole('radio', { name: 'Reply' }).click()
  await server.writeCode('Reply', '{"calm": {{nobody}}}')
  await expect(server.region.getByText(/There is no "nobody" here/)).toBeVisible()
  await expectAccessible(page)
  await server.writeCode('Reply', '{"calm": 7}')
  await server.apply()
  const calm = await clientOf(server)
  calm.send(request({ cmd: 'boom' }))
  expect((await calm.readFrame()).toString('latin1')).toContain('calm\x07')
  await expect(server.bar.getByText(/2 served/)).toBeVisible()
})

test('clients are listed, sent to, closed and reset', async ({ page, clientOf }) => {
  const window = new WorkbenchPage(page)
  const server = await ServerPage.make(window, 'Bench', 'Echo')
  const [first, second, third] = [await clientOf(server), await clientOf(server), await clientOf(server)]
  await expect(server.clientRows).toHaveCount(3)
  first.send('ping')
  expect((await first.read(4)).toString()).toBe('ping')
  await expect(server.clientRows.first()).toContainText('4 B')

  const editor = server.region.getByRole('region', { name: 'Send to clients' }).getByRole('textbox')
  await editor.fill('to all')
  await server.region.getByRole('button', { name: /^Send/ }).click()
  await expect(server.region.getByText('Sent 6 B to 3 clients.')).toBeVisible()
  expect((await first.read(10)).toString()).toBe('pingto all')
  expect((await second.read(6)).toString()).toBe('to all')
  expect((await third.read(6)).toString()).toBe('to all')
  await expectAccessible(page)

  await server.clientRows.nth(1).click()
  await server.region.getByRole('combobox', { name: 'To' }).selectOption({ label: '1 chosen client' })
  await server.region.getByRole('radio', { name: 'Hex' }).click()
  await editor.fill('00 ff')
  await editor.press('Control+Enter')
  expect((await second.read(8)).subarray(6).toString('hex')).toBe('00ff')

  await server.region.getByRole('button', { name: 'Close', exact: true }).click()
  expect(await second.ended()).toBe('fin')
  second.close()
  await expect(server.clientRows).toHaveCount(2)
  await server.clientRows.nth(1).click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Reset/ }).click()
  expect(await third.ended()).toBe('rst')
  await expect(server.clientRows).toHaveCount(1)
})

test('a rule answers in place of the server, and is counted', async ({ page, clientOf }) => {
  const window = new WorkbenchPage(page)
  const server = await ServerPage.make(window, 'Bench', 'Echo')
  await server.show('Rules')
  await server.region.getByRole('button', { name: 'Add rule' }).click()
  await server.region.getByLabel('When a message').selectOption('matches a regular expression')
  const expression = server.region.getByRole('textbox', { name: 'Regular expression' })
  await expression.fill('^volt(')
  await expect(server.region.getByText('rule-pattern-malformed')).toBeVisible()
  await expression.fill(String.raw`^volt (\d+)`)
  await expect(server.region.getByText('rule-pattern-malformed')).toBeHidden()
  await server.region
    .getByRole('group', { name: 'Reply of action 1' })
    .getByRole('textbox')
    .fill('set to {{$captured 1}}')
  await server.apply()
  const client = await clientOf(server)
  client.send('volt 33\n')
  expect((await client.read(10)).toString()).toBe('set to 33\n')
  await expect(server.region.getByRole('option', { name: /1 time since the start/ })).toBeVisible()
  await expectAccessible(page)
})

test('a fault is switched on while the server runs', async ({ page, clientOf }) => {
  const window = new WorkbenchPage(page)
  const server = await ServerPage.make(window, 'Bench', 'Echo')
  const before = await clientOf(server)
  before.send('whole')
  await before.read(5)
  await server.show('Faults')
  await server.region.getByRole('checkbox', { name: 'Close in mid-message' }).check()
  await expect(server.region.getByText('The connection ends in the middle of the 1st message.')).toBeVisible()
  await expect(server.region.getByText('--fault "cut-message:1"')).toBeVisible()
  await expectAccessible(page)
  await server.apply()
  const after = await clientOf(server)
  after.send('broken off')
  expect(await after.ended()).toBe('fin')
  expect(after.received.length).toBeGreaterThan(0)
  expect(after.received.length).toBeLessThan(10)
})

test('the traffic of a server is a capture, and a restart keeps what was applied', async ({ workbench, clientOf }) => {
  const window = new WorkbenchPage(workbench.page)
  const server = await ServerPage.make(window, 'Bench', 'Echo')
  const client = await clientOf(server)
  client.send('over the wire')
  await client.read(13)
  await server.show('Traffic')
  const rows = server.region.getByRole('grid', { name: 'Traffic' }).getByRole('row')
  await expect(rows.filter({ hasText: 'over the wire' })).toHaveCount(2)
  await expectAccessible(workbench.page)
  await server.show('Faults')
  await server.region.getByRole('checkbox', { name: 'Never answer' }).check()
  await server.apply()

  const restarted = await workbench.restart()
  const again = new ServerPage(restarted, 'Bench')
  await again.show('Faults')
  await expect(again.region.getByRole('checkbox', { name: 'Never answer' })).toBeChecked()
})

test('connecting to a command server is one click, and the session speaks as it does', async ({ page }) => {
  const window = new WorkbenchPage(page)
  const server = await ServerPage.make(window, 'Table', 'Command server (tcpy)')
  await server.bar.getByRole('button', { name: 'Connect', exact: true }).click()
  await window.session.expectState('Open')
  await expect(page.getByRole('tab', { name: /Open\s*Table/ })).toBeVisible()
  const calls = new CallsPage(page)
  await expect(calls.command).toBeVisible()
  await window.session.showView('Timeline')
  await expect(page.getByRole('button', { name: /^Framing: tcpy/ })).toBeVisible()
  await calls.command.fill('boom')
  await calls.command.press('Control+Enter')
  await calls.showLedger()
  await expect(calls.row('boom')).toContainText('boom happened')

  // Another tab takes the focus and goes: what is written here stays a call.
  await server.show('Clients')
  await server.region.getByRole('textbox', { name: 'Filter clients' }).focus()
  await page.keyboard.press('Alt+w')
  await expect(calls.command).toHaveValue('boom')
  await expect(calls.command).toBeFocused()
  // Saved, it is read the same way when it is opened again.
  await calls.showPart('Catalogue')
  await page.getByRole('button', { name: 'Save as profile…' }).click()
  await window.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Kept in the profile')).toBeVisible()
  await window.session.button('Disconnect')
  // A tab whose session is still connected asks before it closes.
  await expect(page.getByRole('button', { name: 'Connect', exact: true })).toBeVisible()
  await page.getByRole('tab', { selected: true, name: 'Table' }).focus()
  await page.keyboard.press('Delete')
  await window.connection('Table').dblclick()
  await window.session.expectState('Open')
  await window.session.showView('Timeline')
  await expect(page.getByRole('button', { name: /^Framing: tcpy/ })).toBeVisible()
})
