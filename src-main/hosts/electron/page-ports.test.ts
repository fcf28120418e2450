import { beforeEach, expect, test, vi } from 'vitest'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { connect } from '../../contract/connect.ts'
import { EventHub } from '../../contract/event-hub.ts'
import { createMessagePortWire } from '../../contract/wires/message-port-wire.ts'
import { PagePorts } from './page-ports.ts'
import { ipcMain, resetElectron, StandInContents, StandInFrame } from './testing/electron-stand-in.ts'

vi.mock('electron', () => import('./testing/electron-stand-in.ts'))

const vitals = { engineMemoryBytes: 7, diskFreeBytes: null }
const handlers = { 'host.vitals': () => vitals } as unknown as CommandHandlers

let contents: StandInContents
beforeEach(() => {
  resetElectron()
  contents = new StandInContents('app://workbench/electron.html')
})

const ask = (frame: StandInFrame | null = contents.mainFrame): boolean =>
  ipcMain.emit('wirebench:port-request', { sender: contents, senderFrame: frame })

/** The client of the port that the page was handed last. */
function clientOfPage() {
  const grant = contents.mainFrame.received.at(-1)!
  expect(grant.channel).toBe('wirebench:port')
  expect(grant.ports).toHaveLength(1)
  return connect(createMessagePortWire(grant.ports[0]!))
}

const closed = (client: ReturnType<typeof clientOfPage>): Promise<void> =>
  new Promise((resolve) => {
    client.onGone(() => resolve())
  })

test('a page that asks gets a port to the engine', async () => {
  const ports = new PagePorts({ handlers, events: new EventHub() })
  ask()
  const client = clientOfPage()
  expect(await client.call('host.vitals', {})).toEqual(vitals)
  ports.close()
  await closed(client)
})

test('a page that asks again, as after a reload, gets a new port, and the earlier one ends', async () => {
  const ports = new PagePorts({ handlers, events: new EventHub() })
  ask()
  const earlier = clientOfPage()
  const earlierClosed = closed(earlier)
  ask()
  const client = clientOfPage()
  await earlierClosed
  expect(await client.call('host.vitals', {})).toEqual(vitals)
  ports.close()
})

test('the port ends with its window', async () => {
  const ports = new PagePorts({ handlers, events: new EventHub() })
  ask()
  const client = clientOfPage()
  contents.emit('destroyed')
  await closed(client)
  ports.close()
})

test('nobody else gets a port', () => {
  const ports = new PagePorts({ handlers, events: new EventHub() })
  const inner = new StandInFrame('app://workbench/electron.html', contents.mainFrame)
  ask(inner)
  ask(null)
  contents.mainFrame = new StandInFrame('https://elsewhere.test/')
  ask()
  expect([inner.received, contents.mainFrame.received]).toEqual([[], []])
  ports.close()
})

test('after closing nobody is heard', () => {
  new PagePorts({ handlers, events: new EventHub() }).close()
  ask()
  expect(contents.mainFrame.received).toEqual([])
  expect(ipcMain.listenerCount('wirebench:port-request')).toBe(0)
})
