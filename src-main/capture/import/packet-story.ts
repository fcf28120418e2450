import { describeError } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type {
  ConnectionEnding,
  ConnectionStateName,
  ConnectionTransition,
  TransitionCause,
} from '../../contract/schemas/connection.ts'
import { formatIpAddress } from '../../protocol/packet-files/ip-address.ts'
import type {
  TcpBeginning,
  TcpConnection,
  TcpEnd,
  TcpSide,
  TcpVisitor,
} from '../../protocol/tcp-reassembly/tcp-reassembler.ts'
import type { ImportedCapture } from './imported-capture.ts'

/** What the story of a connection has to remember. */
interface Told {
  readonly localSide: TcpSide
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly beganNs: bigint
  state: ConnectionStateName
  firstFin: 'local' | 'peer' | null
}

/** Tells the connections of a packet file in the words of a recorded one. */
export class PacketStory implements TcpVisitor {
  /** Time of the packet that is being taken. */
  nowUnixNs = 0n
  missingBytes = 0
  leftOpenCount = 0
  withoutBeginningCount = 0
  readonly #capture: ImportedCapture
  readonly #localPort: number | null
  readonly #told = new Map<TcpConnection, Told>()

  /** `localPort`: the end with this port counts as this side, else the one that opened the connection. */
  constructor(capture: ImportedCapture, localPort: number | null) {
    this.#capture = capture
    this.#localPort = localPort
  }

  onBegan(connection: TcpConnection, beginning: TcpBeginning): void {
    const isServer = connection.server.port === this.#localPort && connection.client.port !== this.#localPort
    const localSide = isServer ? 'server' : 'client'
    const local = addressOf(connection[localSide])
    const remote = addressOf(connection[otherSide(localSide)])
    const told: Told = { localSide, local, remote, beganNs: this.nowUnixNs, state: 'idle', firstFin: null }
    this.#told.set(connection, told)
    if (beginning === 'middle') {
      this.withoutBeginningCount++
      this.note(connection, 'The file begins in the middle of this connection: its handshake is missing.')
      this.#open(connection, told)
    } else if (localSide === 'client' && beginning === 'syn') {
      const transition = change(told, 'connecting', 'requested')
      this.#capture.event(connection.number, { kind: 'dialling', transition, remote })
    }
  }

  onAnswered(connection: TcpConnection): void {
    const told = this.#told.get(connection)
    if (told !== undefined) this.#open(connection, told)
  }

  onBytes(connection: TcpConnection, from: TcpSide, bytes: Uint8Array): void {
    this.#capture.bytes(connection.number, this.#isLocal(connection, from) ? 'sent' : 'received', bytes)
  }

  onMissing(connection: TcpConnection, from: TcpSide, byteCount: number): void {
    this.missingBytes += byteCount
    const direction = this.#isLocal(connection, from) ? 'sent' : 'received'
    this.note(connection, `${byteCount} bytes that were ${direction} here are missing in the file.`)
  }

  onEnded(connection: TcpConnection, side: TcpSide): void {
    const told = this.#told.get(connection)
    if (told === undefined) return
    const isLocal = told.localSide === side
    const isSecond = told.firstFin !== null
    const cause = isLocal ? 'local-end' : 'peer-closed'
    const transition = isSecond ? null : change(told, isLocal ? 'half-closed-local' : 'half-closed-remote', cause)
    told.firstFin ??= isLocal ? 'local' : 'peer'
    this.#capture.event(connection.number, { kind: isLocal ? 'local-ended' : 'peer-ended', transition })
    if (!isSecond) return
    const ending = { by: told.firstFin, how: 'fin', unsentBytes: 0, error: null } as const
    this.#end(connection, told, ending, isLocal ? 'local-close' : 'peer-closed')
  }

  onReset(connection: TcpConnection, by: TcpSide): void {
    const told = this.#told.get(connection)
    if (told === undefined) return
    const isLocal = told.localSide === by
    if (told.state === 'connecting' && !isLocal) this.#refused(connection, told)
    else {
      const ending = { by: isLocal ? 'local' : 'peer', how: 'rst', unsentBytes: 0, error: null } as const
      this.#end(connection, told, ending, isLocal ? 'local-abort' : 'peer-reset')
    }
  }

  onForgotten(connection: TcpConnection, isOpen: boolean): void {
    if (isOpen) {
      this.leftOpenCount++
      this.note(connection, 'The file does not tell how this connection ended.')
    }
    this.#told.delete(connection)
    this.#capture.closeConnection(connection.number)
  }

  /** Something about a connection that no other event tells. */
  note(connection: TcpConnection, text: string): void {
    this.#capture.event(connection.number, { kind: 'note', text })
  }

  #open(connection: TcpConnection, told: Told): void {
    const { local, remote } = told
    const transition = change(told, 'open', 'connected')
    const elapsedMs = Number(this.nowUnixNs - told.beganNs) / 1e6
    if (told.localSide === 'server') this.#capture.event(connection.number, { kind: 'accepted', local, remote })
    else
      this.#capture.event(connection.number, {
        kind: 'connected',
        transition,
        local,
        remote,
        elapsedMs: Math.max(0, elapsedMs),
      })
  }

  #refused(connection: TcpConnection, told: Told): void {
    const { remote } = told
    const elapsedMs = Math.max(0, Number(this.nowUnixNs - told.beganNs) / 1e6)
    const error = describeError('connection-refused', { address: remote.address, port: remote.port })
    this.#capture.event(connection.number, { kind: 'dial-failed', remote, elapsedMs, error })
    this.#end(connection, told, { by: 'error', how: 'not-connected', unsentBytes: 0, error }, 'failed')
  }

  #end(connection: TcpConnection, told: Told, ending: ConnectionEnding, cause: TransitionCause): void {
    const transition = change(told, 'closed', cause)
    const dialledAddresses = told.localSide === 'client' ? 1 : 0
    this.#capture.event(connection.number, { kind: 'ended', transition, dialledAddresses, ending })
  }

  #isLocal(connection: TcpConnection, side: TcpSide): boolean {
    return this.#told.get(connection)?.localSide === side
  }
}

const otherSide = (side: TcpSide): TcpSide => (side === 'client' ? 'server' : 'client')

function addressOf({ family, address, port }: TcpEnd): SocketAddress {
  return { family, address: formatIpAddress(address), port }
}

/** Moves on to a state. Accepted connections have no states of this side, as in the captures of local servers. */
function change(told: Told, to: ConnectionStateName, cause: TransitionCause): ConnectionTransition | null {
  const { state: from, localSide } = told
  told.state = to
  return localSide === 'server' || from === to ? null : { from, to, cause }
}
