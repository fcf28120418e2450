import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { completeServerDefinition } from '../contract/schemas/server.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import { securedServer } from './local-server-factory.ts'

it('the discard server counts what comes, answers nothing, and ends after its client', async () => {
  const closed: string[] = []
  const server = securedServer({
    definition: completeServerDefinition({ kind: 'discard', name: 'Nowhere' }),
    sources: { clock: new SystemClock() },
    listeners: {
      onClientClosed: ({ receivedBytes, sentBytes }, how) => closed.push(`${how} ${receivedBytes}/${sentBytes}`),
    },
  })
  const { port } = await server.listen()
  const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  let answered = 0
  client.on('data', ({ length }: Uint8Array) => (answered += length))
  client.end(new Uint8Array(10_000_000))
  await once(client, 'end')
  await server.stop()
  expect([answered, closed, server.totals().receivedBytes]).toEqual([0, ['fin 10000000/0'], 10_000_000])
})
