/**
 * A child process that answers lines like `{"jsonrpc":"2.0","method":"add","params":{"x":1,"y":2},"id":7}` with the least that plain Node
 * needs: it finds the lines, takes the id as text and writes the reply around it. Prints {"port"}.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

const server = createServer({ noDelay: true }, (socket) => {
  let rest = ''
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const id = line.slice(line.lastIndexOf('"id":') + 5, -1)
      socket.write(`{"jsonrpc":"2.0","result":{"solution":3},"id":${id}}\n`)
    }
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`)
process.stdin.resume().on('close', () => process.exit(0))
