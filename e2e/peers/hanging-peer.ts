import { spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'

/** Listens with the shortest queue and then never does anything again, so that nobody is accepted. */
const listenAndFreeze = `
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, server.address().port + '\\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120000)
  })
`
const queueFillers = 6

/** An address where connecting neither succeeds nor fails: its queue of connections is full (Linux drops the SYN). */
export interface HangingPeer {
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

export async function startHangingPeer(): Promise<HangingPeer> {
  const child = spawn(process.execPath, ['-e', listenAndFreeze], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString('utf8'))))
  })
  const fillers: Socket[] = []
  for (let count = 0; count < queueFillers; count += 1) {
    const filler = connect(port, '127.0.0.1')
    filler.on('error', () => filler.destroy())
    fillers.push(filler)
  }
  // The first one fits into the queue; the others are on their way by the time it stands.
  await new Promise((resolve) => fillers[0]?.once('connect', resolve))
  await new Promise((resolve) => fillers[1]?.once('connect', resolve))
  return {
    host: '127.0.0.1',
    port,
    close: async () => {
      for (const filler of fillers) filler.destroy()
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await exited
    },
  }
}
