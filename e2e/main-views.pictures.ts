import { picture } from './fixtures/picture.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'
import { Peer } from './peers/peer.ts'

/** A small instrument: answers commands that end with LF, and reports what it measures. */
async function startPowerSupply(): Promise<Peer> {
  const answers: Readonly<Record<string, string>> = {
    '*IDN?': 'KESTREL INSTRUMENTS,PS-3005,SN00418,1.14',
    'MEAS:VOLT?': '3.2998',
    'SYST:ERR?': '0,"No error"',
  }
  return await Peer.start({
    onBytes: (socket, bytes) => {
      for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
        if (answers[line] !== undefined) socket.write(`${answers[line]}\n`)
        else if (line.startsWith('{')) socket.write('{"id": "ack", "sequence_id": 7}\n')
      }
    },
  })
}

test('pictures of the main views', async ({ page, peers }) => {
  test.setTimeout(120_000)
  const window = new WorkbenchPage(page)
  await expect(page.getByRole('button', { name: 'Connect to the echo server' })).toBeVisible()
  await picture(page, 'welcome')

  const supply = await startPowerSupply()
  try {
    const spare = { port: 5025, name: '' }
    for (const [name, host, directory] of [
      ['M2 simulator', 'm2-sim.lab', 'Lab'],
      ['Gateway', 'gateway.plant', 'Plant'],
      ['Order feed', 'feed.services', 'Services'],
    ] as const) {
      await window.openNewConnection()
      await window.fillConnection({ ...spare, host, name })
      await window.dialog.getByLabel('Folder').fill(directory)
      await window.dialog.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(window.connection(name)).toBeVisible()
    }
    await window.openNewConnection()
    await window.fillConnection({ host: supply.host, port: supply.port, name: 'Power supply' })
    await window.dialog.getByLabel('Folder').fill('Lab')
    await picture(page, 'new-connection')
    await window.dialog.getByRole('button', { name: 'Save and connect' }).click()
    await window.session.expectState('Open')

    for (const line of ['*IDN?', 'MEAS:VOLT?', '{"id": "cmd_setOutput", "channel": 2, "volts": 3.30}', 'SYST:ERR?']) {
      await window.session.composeText(line, 'Ends with LF')
      await window.session.send()
      await expect(window.session.sentRow(line)).toBeVisible()
    }
    await expect(window.session.receivedRow('No error')).toBeVisible()
    supply.send(
      '{"id": "outputState", "mask": 18410715311050326015, "VOLT": 3.30, "limits": {"max": 30.0, "min": 0.0}}\n',
    )
    await expect(window.session.receivedRow('outputState')).toBeVisible()
    supply.send(Buffer.from('564f4c54ff80000d332e33300a', 'hex'))
    await expect(window.session.receivedRow('Not UTF-8')).toBeVisible()
    for (const volts of ['3.2998', '3.2997', '3.2998']) {
      supply.send(`MEAS:VOLT ${volts};CURR 0.4127;POW 1.3618;TEMP 31.4\n`)
      await expect(window.session.receivedRow(`VOLT ${volts}`).last()).toBeVisible()
    }
    await window.session.composeText('MEAS:CURR?', 'Ends with LF')
    await window.session.receivedRow('outputState').click()
    await picture(page, 'timeline')
    await window.session.showView('Stream')
    await expect(window.session.row('4D 45 41 53').first()).toBeVisible()
    await picture(page, 'stream')
    await window.session.showView('Text')
    await expect(window.session.receivedRow('KESTREL')).toBeVisible()
    await picture(page, 'text')

    await window.newConnection({ host: '127.0.0.1', port: await peers.refusingPort() }, 'Connect without saving')
    await expect(page.getByText('connection-refused').first()).toBeVisible()
    await picture(page, 'failure')
  } finally {
    await supply.close()
  }
})
