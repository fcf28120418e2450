import type { ConnectionEvent } from '../../../src-main/contract/schemas/connection.ts'
import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import { signalsOf, type KamaeliaClient, type KamaeliaSignal } from '../../../src-main/protocol/connection/signals.ts'
import { connectionDetailWords as words } from '../../strings/connection-details.ts'

const nowhere = { address: '', port: 0, family: 'ipv4' } as const

/** One line of the signal timeline. */
export interface SignalLine {
  readonly text: string
  readonly isError: boolean
}

/**
 * What one of Kamaelia's clients would have put on its signal box for the present or last connection, in order, with the data
 * where it comes in between (seed-systems 6.4, rows 1 to 3).
 */
export function sessionSignals(
  snapshot: SessionSnapshot,
  client: KamaeliaClient,
  receivedBytes: number,
): readonly SignalLine[] {
  const story = storyOf(snapshot).map((event) => ({ event, lines: signalsOf(event, client).map(lineOf) }))
  const data = receivedBytes > 0 && snapshot.openedAtUnixUs !== null
  return story.flatMap(({ event, lines }, index) => {
    // Data follows the last thing that made the connection usable.
    const isLast =
      story[index + 1]?.event.kind !== 'secured' && (event.kind === 'connected' || event.kind === 'secured')
    return data && isLast ? [...lines, { text: words.signalData(receivedBytes), isError: false }] : lines
  })
}

/** The events of the present or last connection that signals come from. */
function storyOf({ connectionNumber, openedAtUnixUs, local, remote, tls, ending }: SessionSnapshot): ConnectionEvent[] {
  if (connectionNumber === 0) return []
  const here = local ?? nowhere
  const there = remote ?? nowhere
  const begun = { from: 'idle', to: 'connecting', cause: 'requested' } as const
  const story: ConnectionEvent[] = [{ kind: 'dialling', transition: begun, remote: there }]
  if (openedAtUnixUs !== null) {
    const opened = { from: 'connecting', to: 'open', cause: 'connected' } as const
    story.push({ kind: 'connected', transition: opened, local: here, remote: there, elapsedMs: 0 })
    if (tls !== null) story.push({ kind: 'secured', transition: null, tls, peerCertificates: [] })
  }
  if (ending !== null) {
    const ended = { from: 'open', to: 'closed', cause: 'failed' } as const
    story.push({ kind: 'ended', transition: ended, dialledAddresses: 1, ending })
  }
  return story
}

function lineOf(signal: KamaeliaSignal): SignalLine {
  switch (signal.kind) {
    case 'text':
      return { text: signal.text, isError: false }
    case 'error':
      return { text: words.signalError(signal.errno, signal.text), isError: true }
    case 'socketShutdown':
      return { text: signal.kind, isError: false }
    case 'producerFinished':
      return { text: words.signalFinished(signal.howDied), isError: signal.howDied !== null }
  }
}
