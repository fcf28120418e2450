import { dismissMessages, picture } from './fixtures/picture.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const declarations = `
enum Mode { IDLE, TRACKING = 4, FAULT };
struct Axis { int32_t position; float velocity; };
struct MountStatus {
  uint16_t id;
  uint8_t ready : 1, homed : 1, level : 6;
  enum Mode mode;
  struct Axis axis[2];
};`

/** Messages of a mount controller, each behind its length in 4 bytes, big endian. */
function telemetry(cycle: number): Uint8Array {
  const frames = [
    { id: 'tel_elevation', actualPosition: 41.5 + cycle / 8, demandPosition: 42.0, timestamp: 1794.25 + cycle / 20 },
    { id: 'evt_inPosition', inPosition: cycle > 6, settleTime: 1.0 },
    { id: 'tel_power', bus: [48.02, 47.99, 48.01], faults: [], mask: 'MASK' },
  ].map((message) => Buffer.from(JSON.stringify(message).replace('"MASK"', '18410715311050326015')))
  return new Uint8Array(
    Buffer.concat(
      frames.flatMap((frame) => {
        const head = Buffer.alloc(4)
        head.writeUInt32BE(frame.length)
        return [head, frame]
      }),
    ),
  )
}

test('pictures of messages', async ({ page, peers }) => {
  test.setTimeout(120_000)
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.newConnection({ host: peer.host, port: peer.port, name: 'Mount controller' })
  await window.session.expectState('Open')
  for (let cycle = 0; cycle < 12; cycle += 1) {
    peer.send(telemetry(cycle))
    await expect(window.session.row(/^Received/).nth(0)).toBeVisible()
  }

  await page.getByRole('button', { name: /^Framing:/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Framing and decoding' })
  await dialog.getByText('u32be length').first().click()
  await expect(dialog.getByText(/tel_elevation/).first()).toBeVisible()
  await picture(page, 'framing')
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await window.session
    .row(/tel_power/)
    .last()
    .click()
  await expect(page.getByText('18410715311050326015').last()).toBeVisible()

  await window.runCommand('Paste C declarations')
  await window.dialog.getByRole('textbox', { name: 'C declarations' }).fill(declarations)
  await window.dialog.getByRole('button', { name: /^Import \d structures$/ }).click()
  await expect(window.dialog).toBeHidden()
  const { composer } = window.session
  const choice = composer.getByRole('combobox', { name: 'Other ways to write it' })
  const side = composer.getByRole('radio', { name: 'Structure', exact: true })
  await expect(side.or(choice).first()).toBeVisible()
  if (await side.isVisible()) await side.click()
  else await choice.selectOption('Structure')
  await composer.getByRole('combobox', { name: 'Structure', exact: true }).selectOption('MountStatus')
  await expect(composer.getByText('position').first()).toBeVisible()
  await dismissMessages(page)
  await picture(page, 'messages')

  await page.getByRole('radio', { name: 'Latest', exact: true }).click()
  await expect(page.getByText('tel_elevation').first()).toBeVisible()
  await picture(page, 'latest')
})
