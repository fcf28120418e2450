import { look, picture } from './fixtures/picture.ts'
import { expect, test } from './fixtures/workbench.ts'
import { ServerPage } from './pages/server-page.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'
import { RawClient } from './peers/raw-client.ts'

test('pictures of local servers', async ({ page }) => {
  test.setTimeout(180_000)
  const window = new WorkbenchPage(page)
  const clients: RawClient[] = []

  await page.getByRole('button', { name: 'New local server' }).first().click()
  await window.dialog.getByLabel('Kind').selectOption('Command server (tcpy)')
  await look(page, 'new-server')
  await window.dialog.getByRole('button', { name: 'Cancel' }).click()

  const commands = await ServerPage.make(window, 'Order desk', 'Command server (tcpy)')
  await commands.show('Commands')
  await commands.region.getByRole('option', { name: /chat/ }).click()
  await picture(page, 'server-commands')
  await commands.region.getByRole('option', { name: /echo/ }).click()
  await commands.writeCode('Reply', '{"echo": {{$request}')
  await expect(commands.region.getByText('template-malformed')).toBeVisible()
  await look(page, 'server-problems')
  await commands.region.getByRole('button', { name: 'Revert' }).click()

  const echo = await ServerPage.make(window, 'Bench echo', 'Echo')
  await look(page, 'server-empty')
  await echo.show('Rules')
  await look(page, 'server-rules-empty')
  for (const [name, expression, reply] of [
    ['Identify', String.raw`^\*IDN\?`, 'KESTREL INSTRUMENTS,PS-3005,SN00418,1.14'],
    ['Set a value', String.raw`^(\w+) (\d+)`, '{{$captured 1}} is {{$captured 2}}'],
    ['Anything else', '.', 'ERR'],
  ] as const) {
    await echo.region.getByRole('button', { name: 'Add rule' }).click()
    await echo.region.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
    await echo.region.getByLabel('When a message').selectOption('matches a regular expression')
    await echo.region.getByRole('textbox', { name: 'Regular expression' }).fill(expression)
    await echo.region.getByRole('group', { name: 'Reply of action 1' }).getByRole('textbox').fill(reply)
  }
  await echo.apply()
  for (let count = 0; count < 60; count += 1) {
    const client = await RawClient.connect(await echo.port())
    client.send(count % 3 === 0 ? '*IDN?\n' : `VOLT ${count}\n`)
    clients.push(client)
  }
  await look(page, 'server-rules')
  await echo.show('Faults')
  await echo.region.getByRole('checkbox', { name: 'Leave out messages' }).check()
  await echo.region.getByRole('checkbox', { name: 'Delay' }).check()
  await echo.region.getByRole('textbox', { name: 'And up to' }).fill('50')
  await look(page, 'server-faults')
  await echo.show('Clients')
  await expect(echo.clientRows.first()).toBeVisible()
  await echo.clientRows.nth(2).click()
  await picture(page, 'server-clients')
  await echo.show('Traffic')
  await look(page, 'server-traffic')

  await page.setViewportSize({ width: 760, height: 900 })
  for (const view of ['Clients', 'Rules', 'Faults'] as const) {
    await echo.region.getByRole('tab', { name: new RegExp(`^${view}`) }).click()
    await look(page, `server-narrow-${view.toLowerCase()}`)
  }
  for (const client of clients) client.close()
})
