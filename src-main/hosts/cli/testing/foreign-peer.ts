import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

/** Whether a program that others wrote is on this machine. Where it is not, a line says what is not tested. */
export function isInstalled(program: string, versionOption = '--version'): boolean {
  if (spawnSync(program, [versionOption], { stdio: 'ignore' }).error === undefined) return true
  console.warn(`${program} is not installed: nothing is tested against it.`)
  return false
}

/** Programs of a test that listen on loopback. */
export class ForeignPeers {
  readonly #running: ChildProcess[] = []

  /** Starts one in a folder and answers its address once it listens. */
  async start(folder: string, program: string, programArguments: (port: number) => readonly string[]): Promise<string> {
    const port = await freePort()
    const peer = spawn(program, [...programArguments(port)], { stdio: 'ignore', cwd: folder })
    this.#running.push(peer)
    await listening(port, peer)
    return `127.0.0.1:${port}`
  }

  async stopAll(): Promise<void> {
    for (const peer of this.#running.splice(0)) {
      if (peer.exitCode !== null || peer.signalCode !== null) continue
      const exited = once(peer, 'exit')
      peer.kill('SIGKILL')
      await exited
    }
  }
}

/** A port that was free a moment ago: these programs cannot tell which one the system gave them. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Resolves when something listens on the port. */
async function listening(port: number, peer: ChildProcess): Promise<void> {
  while (peer.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (connected) return
  }
  throw new Error(`The peer ended with ${peer.exitCode}.`)
}
