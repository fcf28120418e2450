import * as v from 'valibot'
import { interpretation, type Interpretation } from '../../../../src-main/contract/schemas/interpretation.ts'
import type { LineEndingName } from '../../../../src-main/contract/schemas/line-ending.ts'
import type { CallSettings } from '../../../../src-main/contract/schemas/call-settings.ts'
import { usualCallSettings } from '../../calls/settings/call-settings-draft.ts'
import type { AddressDraft } from './draft-field.ts'
import type { RetryDraft } from './retry-draft.ts'
import type { SocketDraft } from './socket-draft.ts'

/** What a known client does when nothing is told to it. */
export interface ClientPreset {
  readonly name: string
  /** What is filled in, in a few words. */
  readonly does: string
  readonly address: Partial<Pick<AddressDraft, 'host' | 'port'>>
  /** The rest of the socket is as usual. */
  readonly socket: Partial<SocketDraft>
  readonly retry: Partial<RetryDraft>
  /** How messages end in the composer. */
  readonly lineEnding?: LineEndingName
  readonly interpretation?: Interpretation
  readonly calls?: CallSettings
}

const never = { kind: 'never' } as const
const tcpyDirection = { framing: { kind: 'tcpy' }, decoder: { kind: 'tcpy' } } as const
const jsonLines = { framing: { kind: 'lf' }, decoder: { kind: 'json' } } as const
const m2Direction = { framing: { kind: 'm2' }, decoder: { kind: 'm2' } } as const

/** Seed-systems 1.3 (tcpy), 6.2.1, 6.2.7 (hio), 6.3.1, 6.3.14, 6.3.22, 6.3.23 (ts_tcpip), 6.4.8, 6.4.9 (Kamaelia), 6.5.1 (the echo check). */
export const clientPresets: readonly ClientPreset[] = [
  { name: 'Wirebench', does: 'The usual socket, no retry', address: {}, socket: {}, retry: never },
  {
    name: 'hio',
    does: '127.0.0.1:56000, reads at most 8,096 bytes, no retry, sends nothing after the peer has ended',
    address: { host: '127.0.0.1', port: '56000' },
    socket: { readSize: '8096', sendsAfterPeerEnd: false },
    retry: never,
  },
  {
    name: 'Kamaelia ThreadedTCPClient',
    does: 'Reads at most 1,024 bytes, no retry',
    address: {},
    socket: { readSize: '1024' },
    retry: never,
  },
  {
    name: 'Kamaelia TCPClient',
    does: 'Reads at most 32,768 bytes, connects within 60 s without a delay before, no retry',
    address: {},
    socket: { readSize: '32768', connectTimeoutMs: '60000', connectDelayMs: '0' },
    retry: never,
  },
  {
    name: 'ts_tcpip, M2',
    does: '127.0.0.1:50000 and 50001 for telemetry, lines that end with CR LF, connects within 10 s, keep-alive after 60 s, calls of M2',
    address: { host: '127.0.0.1', port: '50000' },
    socket: { connectTimeoutMs: '10000', noDelay: true, keepAlive: true, keepAliveDelayMs: '60000' },
    retry: never,
    lineEnding: 'crlf',
    interpretation: v.parse(interpretation, { sent: m2Direction, received: m2Direction }),
    calls: usualCallSettings('m2'),
  },
  {
    name: 'tcpy',
    does: '127.0.0.1:7272, MessagePack after a length, a connection for every call',
    address: { host: '127.0.0.1', port: '7272' },
    socket: {},
    retry: never,
    interpretation: v.parse(interpretation, { sent: tcpyDirection, received: tcpyDirection }),
    calls: usualCallSettings('tcpy'),
  },
  {
    name: 'JSON-RPC 2.0',
    does: 'One JSON document a line, calls of JSON-RPC',
    address: {},
    socket: {},
    retry: never,
    lineEnding: 'lf',
    interpretation: v.parse(interpretation, { sent: jsonLines, received: jsonLines }),
    calls: usualCallSettings('jsonrpc'),
  },
  {
    name: 'Echo check',
    does: 'localhost:10000, reads at most 16 bytes',
    address: { host: 'localhost', port: '10000' },
    socket: { readSize: '16' },
    retry: never,
  },
]
