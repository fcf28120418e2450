import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const listening = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  console.log(this.address().port)
})`

export interface FullServer {
  readonly port: number
  stop(): Promise<void>
}

/**
 * A server whose program has been stopped and whose queue is full: the system answers no further connection, as with a
 * firewall that drops.
 */
export async function startFullServer(): Promise<FullServer> {
  const program = spawn(process.execPath, ['-e', listening], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(program.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  program.kill('SIGSTOP')
  const waiting: Socket[] = []
  // The queue takes one more than it was asked for; what comes after those is not answered.
  for (let index = 0; index < 4; index++) waiting.push(connect(port, '127.0.0.1').on('error', () => undefined))
  await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, 'connect')))
  return {
    port,
    stop: async () => {
      for (const socket of waiting) socket.destroy()
      const exited = once(program, 'exit')
      program.kill('SIGKILL')
      await exited
    },
  }
}
