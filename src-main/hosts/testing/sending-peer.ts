import type { Socket } from 'node:net'
import { TestPeer } from '../../sockets/testing/test-peer.ts'
import type { EngineDriver } from './engine-driver.ts'

/** A session whose peer can be made to send; whoever asks closes the peer. */
export async function connectToSendingPeer(driver: EngineDriver) {
  let socket: Socket | null = null
  const peer = await TestPeer.listen((client) => {
    socket = client
    client.resume()
  })
  const { sessionId, captureId } = await driver.connect(peer.port)
  /** Waits until all of it was received. */
  const peerSends = async (value: string | Uint8Array): Promise<void> => {
    const before = (await driver.session(sessionId)).counters.receivedBytes
    socket?.write(value)
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes >= before + value.length)
  }
  return { sessionId, captureId, peerSends, peer }
}
