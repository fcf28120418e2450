import { expect, it } from 'vitest'
import type { DiagnosisCause } from '../../contract/schemas/diagnosis.ts'
import { startTcpTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { diagnose, type DiagnoseOptions } from './testing/diagnose.ts'

async function causeOf(server: TestServer, options?: DiagnoseOptions): Promise<DiagnosisCause | null> {
  try {
    return (await diagnose('127.0.0.1', server.port, options)).cause
  } finally {
    await server.stop()
  }
}

it('a server that never stops talking does not hold the doctor up', async () => {
  const server = await startTcpTestServer((socket) => {
    const talk = (): void => void socket.write('tick', () => setImmediate(talk))
    socket.resume()
    talk()
  })
  expect(await causeOf(server)).toBeNull()
})

it('a server that does not answer the text before TLS took the connection: its handshake is late', async () => {
  const server = await startTcpTestServer((socket) => void socket.resume())
  const start = { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '220 ' } as const
  expect(await causeOf(server, { tls: { start }, timeoutMs: 700 })).toBe('handshake-timeout')
})
