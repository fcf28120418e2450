import { Peer } from './peer.ts'

/** When a peer does what it is there for. */
export type Moment = 'on-connection' | 'on-first-bytes'

/** Sends back whatever comes. */
export const startEchoPeer = (host?: string): Promise<Peer> =>
  Peer.start({ onBytes: (socket, bytes) => socket.write(bytes) }, host)

/** Takes everything and never says anything. */
export const startSilentPeer = (host?: string): Promise<Peer> => Peer.start({}, host)

/** Sends RST. */
export const startResettingPeer = (moment: Moment = 'on-first-bytes'): Promise<Peer> =>
  Peer.start(
    moment === 'on-connection'
      ? { onConnection: (socket) => socket.resetAndDestroy() }
      : { onBytes: (socket) => socket.resetAndDestroy() },
  )

/** Says something and sends FIN. */
export const startClosingPeer = (lastWords: string, moment: Moment = 'on-first-bytes'): Promise<Peer> =>
  Peer.start(
    moment === 'on-connection'
      ? { onConnection: (socket) => socket.end(lastWords) }
      : { onBytes: (socket) => socket.end(lastWords) },
  )

/** A port on loopback where nobody listens: it was free a moment ago, and connecting to it is refused. */
export async function findRefusingPort(): Promise<number> {
  const peer = await Peer.start({})
  await peer.close()
  return peer.port
}

/** Says something only once its other side has sent FIN, then sends FIN too. */
export const startAnsweringAtEndPeer = (answer: string): Promise<Peer> =>
  Peer.start({ onEnd: (socket) => socket.end(answer) })

/** Accepts and never reads a byte. */
export const startNotReadingPeer = (): Promise<Peer> => Peer.start({ onConnection: (socket) => socket.pause() })
