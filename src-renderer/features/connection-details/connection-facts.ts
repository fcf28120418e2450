import type { ConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import type { RetryPolicy } from '../../../src-main/contract/schemas/retry.ts'
import type { SessionSnapshot, SocketDetails } from '../../../src-main/contract/schemas/session.ts'
import { versionName } from '../../../src-main/protocol/tls/tls-versions.ts'
import { formatHostPort, formatSocketAddress } from '../../format/addresses.ts'
import { countOf, formatByteCount, formatCount } from '../../format/quantities.ts'
import { formatClock, formatMoment, formatWait } from '../../format/times.ts'
import { connectionDetailWords as words } from '../../strings/connection-details.ts'
import { describeSessionState } from '../../strings/states.ts'
import { formatDuration } from '../../format/durations.ts'
import type { Fact } from '../../ui/fact.ts'
import { endingSentence } from '../traffic/event-sentences.ts'

/** One step of making the connection. */
export interface StepFact {
  readonly name: string
  /** Null while it is not done. */
  readonly duration: string | null
  readonly detail: string
}

const liveStates: readonly string[] = ['open', 'half-closed-local', 'half-closed-remote']

/** State, addresses, ending and retrying of the present or last connection. */
export function stateFacts(snapshot: SessionSnapshot): readonly Fact[] {
  const { settings, ending, connectionNumber, openedAtUnixUs } = snapshot
  const state = describeSessionState(snapshot)
  const isLive = liveStates.includes(snapshot.state)
  return [
    { name: words.now, value: state.label, tone: state.shape === 'failed' ? 'bad' : 'plain' },
    { name: words.number, value: connectionNumber === 0 ? words.numberNone : formatCount(connectionNumber) },
    { name: words.dialled, value: formatHostPort(settings.host, settings.port) },
    ...(snapshot.remote === null ? [] : [{ name: words.remote, value: formatSocketAddress(snapshot.remote) }]),
    ...(snapshot.local === null ? [] : [{ name: words.local, value: formatSocketAddress(snapshot.local) }]),
    ...(openedAtUnixUs === null
      ? []
      : [{ name: isLive ? words.opened : words.wasOpened, value: formatMoment(openedAtUnixUs) }]),
    ...receivingFacts(snapshot),
    ...(ending === null
      ? []
      : [
          {
            name: words.ended,
            value: endingSentence(ending),
            tone: state.shape === 'failed' ? 'bad' : 'plain',
          } as const,
        ]),
    ...retryFacts(snapshot),
  ]
}

function receivingFacts({ receivingEnded, receivePaused }: SessionSnapshot): readonly Fact[] {
  if (receivingEnded) return [{ name: words.halves, value: words.receivingEnded }]
  return receivePaused ? [{ name: words.halves, value: words.receivingPaused, tone: 'warn' }] : []
}

function retryFacts({ retry, settings }: SessionSnapshot): readonly Fact[] {
  const plan = { name: words.retry, value: scheduleWords(settings.retry) }
  if (settings.retry.schedule.kind === 'never') return [plan]
  const causes = Object.entries(words.retryCauses).filter(([cause]) => Reflect.get(settings.retry, cause) === true)
  const after = { name: words.retryAfter, value: causes.map(([, name]) => name).join(', ') || words.nothing }
  if (retry === null) return [plan, after]
  const attempt = words.attemptOf(retry.attempt, retry.maximumAttempts)
  const now =
    retry.nextAtUnixUs === null
      ? words.retryUnderWay(attempt)
      : words.retryWaiting(attempt, formatClock(retry.nextAtUnixUs))
  return [plan, after, { name: '', value: now, tone: 'warn' }]
}

function scheduleWords({ schedule }: RetryPolicy): string {
  if (schedule.kind === 'never') return words.retryNever
  const most = schedule.maximumAttempts === null ? '' : words.retryMost(schedule.maximumAttempts)
  if (schedule.kind === 'fixed') return `${words.retryFixed(formatWait(schedule.delayMs))}${most}`
  const { firstDelayMs, factor, maximumDelayMs, jitter } = schedule
  return `${words.retryExponential(formatWait(firstDelayMs), factor, formatWait(maximumDelayMs), jitter)}${most}`
}

/** The steps of the present or last connection, each with its time. */
export function stepFacts(snapshot: SessionSnapshot): readonly StepFact[] {
  const { settings, resolvedAddresses, resolveMs, connectMs, handshakeMs, remote, local, tls } = snapshot
  if (snapshot.connectionNumber === 0) return []
  const looked = resolvedAddresses.length > 0 && resolveMs !== null
  const resolve = {
    name: words.resolve,
    duration: resolveMs === null ? null : formatDuration(resolveMs),
    detail: looked ? words.resolvedTo(settings.host, resolvedAddresses.join(', ')) : resolveDetail(snapshot),
  }
  const connect = {
    name: words.connect,
    duration: connectMs === null ? null : formatDuration(connectMs),
    detail:
      remote === null || local === null
        ? words.stepOpen
        : words.connectedTo(formatSocketAddress(remote), formatSocketAddress(local)),
  }
  if (settings.tls === null && tls === null) return [resolve, connect]
  const handshake = {
    name: words.handshake,
    duration: handshakeMs === null ? null : formatDuration(handshakeMs),
    detail: tls === null || handshakeMs === null ? words.stepOpen : `${versionName(tls.version)}, ${tls.cipher}`,
  }
  return [resolve, connect, handshake]
}

/** A host that is an address is dialled without a look-up; whether it is one shows in what was dialled. */
function resolveDetail({ remote, settings }: SessionSnapshot): string {
  return remote?.address === settings.host ? words.noLookup(settings.host) : words.stepOpen
}

/** The options of the socket as they are in use, with the buffer sizes that the system told; null before it did. */
export function optionFacts(settings: ConnectionSettings, socket: SocketDetails | null): readonly Fact[] {
  const { localAddress, localPort, keepAliveDelayMs, readSizeBytes, connectDelayMs } = settings
  return [
    { name: words.noDelay, value: settings.noDelay ? words.noDelayOn : words.noDelayOff },
    {
      name: words.keepAlive,
      value: keepAliveDelayMs === null ? words.off : words.keepAliveAfter(formatWait(keepAliveDelayMs)),
    },
    {
      name: words.from,
      value:
        localAddress === null && localPort === 0 ? words.fromChosen : words.fromAddress(localAddress ?? '', localPort),
    },
    { name: words.family, value: words.families[settings.addressFamily] },
    {
      name: words.readSize,
      value: readSizeBytes === null ? words.readSizeAll : countOf(readSizeBytes, 'byte', 'bytes'),
    },
    { name: words.timeout, value: formatWait(settings.connectTimeoutMs) },
    ...(connectDelayMs === 0 ? [] : [{ name: words.delay, value: formatWait(connectDelayMs) }]),
    { name: words.initial, value: settings.initialMessage === null ? words.none : words.initialYes },
    { name: words.sendBuffer, value: bufferWords(socket, socket?.sendBufferBytes ?? null) },
    { name: words.receiveBuffer, value: bufferWords(socket, socket?.receiveBufferBytes ?? null) },
  ]
}

function bufferWords(socket: SocketDetails | null, size: number | null): string {
  if (socket === null) return ''
  if (size === null) return words.unknownBuffer
  return size === 0 ? words.noSocket : `${formatByteCount(size)} (${formatCount(size)})`
}

/** The text logs beside the capture. */
export function logFacts({ wireLog, keyLog }: SessionSnapshot): readonly Fact[] {
  return [
    { name: words.wireLog, value: wireLog === null ? words.off : wireLogWords(wireLog) },
    ...(wireLog?.paths ?? []).map((path) => ({ name: '', value: path })),
    ...(wireLog?.error == null ? [] : [{ name: '', value: wireLog.error.message, tone: 'bad' } as const]),
    {
      name: words.keyLog,
      value: keyLog.isOn ? words.keyLogOn(countOf(keyLog.lineCount, 'line', 'lines')) : words.off,
      tone: keyLog.isOn ? 'warn' : 'plain',
    },
    ...(keyLog.path === null ? [] : [{ name: '', value: keyLog.path }]),
    ...(keyLog.error === null ? [] : [{ name: '', value: keyLog.error.message, tone: 'bad' } as const]),
  ]
}

function wireLogWords(log: NonNullable<SessionSnapshot['wireLog']>): string {
  const counted = words.wireLogOn(countOf(log.recordCount, 'record', 'records'), formatByteCount(log.byteCount))
  return log.settings.filed ? counted : `${counted}, ${words.inMemory}`
}
