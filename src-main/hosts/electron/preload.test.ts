import { beforeEach, expect, test, vi } from 'vitest'

type PortListener = (event: { ports: readonly unknown[] }) => void

const sent: string[] = []
const portListeners = new Map<string, PortListener>()
vi.mock('electron', () => ({
  ipcRenderer: {
    send: (channel: string) => sent.push(channel),
    once: (channel: string, listener: PortListener) => portListeners.set(channel, listener),
  },
}))

const pageListeners = new Map<string, () => void>()
const posted: unknown[][] = []

beforeEach(async () => {
  vi.resetModules()
  vi.stubGlobal('window', {
    location: { origin: 'app://workbench' },
    addEventListener: (type: string, listener: () => void) => pageListeners.set(type, listener),
    postMessage: (...message: unknown[]) => posted.push(message),
  })
  sent.length = 0
  posted.length = 0
  await import('./preload.ts')
})

test('asks for the port once the scripts of the page have run', () => {
  expect(sent).toEqual([])
  pageListeners.get('DOMContentLoaded')!()
  expect(sent).toEqual(['wirebench:port-request'])
})

test('passes the port on to the page and to no other origin', () => {
  const port = {}
  portListeners.get('wirebench:port')!({ ports: [port] })
  expect(posted).toEqual([['wirebench:port', 'app://workbench', [port]]])
})
