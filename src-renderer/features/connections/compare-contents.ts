import { completeConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import type { ProfileContent } from '../../../src-main/contract/schemas/profile.ts'
import type { RetryPolicy } from '../../../src-main/contract/schemas/retry.ts'
import { tlsSettings, type TlsSettings } from '../../../src-main/contract/schemas/tls.ts'
import * as v from 'valibot'
import { conflictWords as words } from '../../strings/connections.ts'
import { settingsSummary } from '../calls/settings/settings-summary.ts'
import { certificatesOf } from '../../format/pem-certificates.ts'

/** A field of two versions as text. */
export interface ComparedField {
  readonly label: string
  readonly mine: string
  readonly theirs: string
}

type Field = readonly [label: string, text: string]

/** As every connection is when nothing was chosen. */
const usual = completeConnectionSettings({ host: 'usual', port: 1 })
const usualTls: TlsSettings = v.parse(tlsSettings, {})

/**
 * Two versions of a profile, field by field: the main ones always, the others where the versions differ, or where there is
 * one version only and something was chosen. `theirs` is empty text throughout when there is none.
 */
export function compareContents(mine: ProfileContent, theirs: ProfileContent | null): readonly ComparedField[] {
  const [left, leftOthers] = [mainFields(mine), otherFields(mine)]
  const right = theirs === null ? null : mainFields(theirs)
  const rightOthers = otherFields(theirs ?? { connection: usual, calls: null })
  return [
    ...left.map(([label, text], index) => ({ label, mine: text, theirs: right?.[index]?.[1] ?? '' })),
    ...leftOthers
      .map(([label, text], index) => ({ label, mine: text, theirs: rightOthers[index]?.[1] ?? '' }))
      .filter((field) => field.mine !== field.theirs)
      .map((field) => (theirs === null ? { ...field, theirs: '' } : field)),
  ]
}

function callsText(calls: ProfileContent['calls']): string {
  return calls === null
    ? words.off
    : `${settingsSummary(calls.settings)}, ${words.commands(calls.catalogue.commands.length)}`
}

function mainFields({ name, folder, notes, connection }: ProfileContent): readonly Field[] {
  const { fields } = words
  return [
    [fields.name, name],
    [fields.folder, folder || words.empty],
    [fields.host, connection.host],
    [fields.port, String(connection.port)],
    [fields.tls, connection.tls === null ? words.off : words.on],
    [fields.notes, notes || words.empty],
  ]
}

function otherFields({ connection, calls }: Pick<ProfileContent, 'connection' | 'calls'>): readonly Field[] {
  const { fields } = words
  const { initialMessage } = connection
  return [
    [fields.calls, callsText(calls)],
    [fields.addressFamily, connection.addressFamily],
    [fields.connectTimeoutMs, String(connection.connectTimeoutMs)],
    [fields.connectDelayMs, String(connection.connectDelayMs)],
    [fields.noDelay, yesOrNo(connection.noDelay)],
    [fields.keepAliveDelayMs, numberOr(connection.keepAliveDelayMs, words.off)],
    [fields.localAddress, connection.localAddress ?? words.bySystem],
    [fields.localPort, connection.localPort === 0 ? words.bySystem : String(connection.localPort)],
    [fields.readSizeBytes, numberOr(connection.readSizeBytes, words.unlimited)],
    [fields.sendsAfterPeerEnd, yesOrNo(connection.sendsAfterPeerEnd)],
    [fields.initialMessage, initialMessage === null ? words.empty : initialMessage.content],
    [fields.initialNotation, initialMessage?.notation ?? 'text'],
    ...retryFields(connection.retry),
    ...tlsFields(connection.tls ?? usualTls),
  ]
}

function retryFields({ schedule, ...retry }: RetryPolicy): readonly Field[] {
  const { fields } = words
  return [
    [fields.retry, scheduleText(schedule)],
    [fields.afterRefused, yesOrNo(retry.afterRefused)],
    [fields.afterTimeout, yesOrNo(retry.afterTimeout)],
    [fields.afterHandshake, yesOrNo(retry.afterHandshake)],
    [fields.afterLoss, yesOrNo(retry.afterLoss)],
    [fields.resendsUnsent, yesOrNo(retry.resendsUnsent)],
  ]
}

function scheduleText(schedule: RetryPolicy['schedule']): string {
  if (schedule.kind === 'never') return words.never
  const attempts = words.attempts(schedule.maximumAttempts)
  if (schedule.kind === 'fixed') return `${words.every(schedule.delayMs)}, ${attempts}`
  const { firstDelayMs, factor, maximumDelayMs, jitter } = schedule
  return `${words.growing(firstDelayMs, factor, maximumDelayMs, jitter)}, ${attempts}`
}

function tlsFields(tls: TlsSettings): readonly Field[] {
  const { fields } = words
  const { start } = tls
  return [
    [fields.tlsStart, start.kind === 'after-text' ? words.afterText(start.send, start.expect) : start.kind],
    [fields.verification, tls.verification],
    [fields.checksName, yesOrNo(tls.checksName)],
    [fields.serverName, tls.serverName ?? words.theHost],
    [fields.caPath, tls.caPath ?? words.empty],
    [fields.trustsBuiltInRoots, yesOrNo(tls.trustsBuiltInRoots)],
    [fields.extraCertificates, tls.extraCertificates.map(certificateText).join('\n') || words.empty],
    [fields.certificatePath, tls.certificatePath ?? words.empty],
    [fields.keyPath, tls.keyPath ?? words.empty],
    [fields.pfxPath, tls.pfxPath ?? words.empty],
    [fields.passphraseVariable, tls.passphraseVariable ?? words.empty],
    [fields.minimumVersion, tls.minimumVersion ?? words.usual],
    [fields.maximumVersion, tls.maximumVersion ?? words.usual],
    [fields.ciphers, tls.ciphers ?? words.usual],
    [fields.alpn, tls.alpn.join(', ') || words.empty],
    [fields.resumesSession, yesOrNo(tls.resumesSession)],
    [fields.pinnedFingerprint, tls.pinnedFingerprint ?? words.empty],
    [fields.handshakeTimeoutMs, numberOr(tls.handshakeTimeoutMs, words.usual)],
  ]
}

/** The name, and the end of the text: two of one name are told apart. */
function certificateText(pem: string): string {
  const name = certificatesOf(pem)[0]?.name ?? ''
  const end = pem.replace(/-----[^-]*-----|\s/g, '').slice(-8)
  return `${name} …${end}`.trim()
}

const yesOrNo = (value: boolean): string => (value ? words.yes : words.no)
const numberOr = (value: number | null, otherwise: string): string => (value === null ? otherwise : String(value))
