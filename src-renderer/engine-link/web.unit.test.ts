import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { EventHub } from '../../src-main/contract/event-hub.ts'
import { serve } from '../../src-main/contract/serve.ts'
import { stubHandlers } from '../../src-main/contract/testing/stub-handlers.ts'
import { createWebSocketWire } from '../../src-main/contract/wires/websocket-wire.ts'
import { linkOverSocket, wireAddress } from './web.ts'

const servers: WebSocketServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(): Promise<{ server: WebSocketServer; address: string }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  servers.push(server)
  await once(server, 'listening')
  return { server, address: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it('finds the wire beside the page', () => {
  expect([
    wireAddress(new URL('http://127.0.0.1:8080/?theme=dark')),
    wireAddress(new URL('https://[::1]:8443/deep/page')),
  ]).toEqual(['ws://127.0.0.1:8080/wire', 'wss://[::1]:8443/wire'])
})

it('opens a link over a socket and knows when the host goes', async () => {
  const { server, address } = await listen()
  const vitals = { engineMemoryBytes: 5, diskFreeBytes: null }
  server.on('connection', (socket) =>
    serve(createWebSocketWire(socket), stubHandlers({ 'host.vitals': () => vitals }), new EventHub()),
  )
  const link = await linkOverSocket(new WebSocket(address))
  const gone = new Promise((resolve) => void link.onGone(resolve))
  expect(await link.call('host.vitals', {})).toEqual(vitals)
  for (const client of server.clients) client.terminate()
  expect(await gone).toMatchObject({ code: 'host-gone' })
})

it('rejects when the host refuses', async () => {
  const { server, address } = await listen()
  server.options.verifyClient = () => false
  await expect(linkOverSocket(new WebSocket(address))).rejects.toMatchObject({ code: 'host-gone' })
})
