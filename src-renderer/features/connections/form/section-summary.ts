import { countOf } from '../../../format/quantities.ts'
import { formatHostPort } from '../../../format/addresses.ts'
import { formatWait } from '../../../format/times.ts'
import { callSettingsWords } from '../../../strings/call-settings.ts'
import { formSectionWords as words } from '../../../strings/connection-form.ts'
import type { ConnectionDraft } from './connection-draft.svelte.ts'
import type { DraftSection } from './draft-field.ts'
import { startPiecesOf } from './start-draft.ts'
import type { SocketDraft } from './socket-draft.ts'
import type { TlsDraft } from './tls-draft.ts'

/** A section in a few words, so that a look at the list tells everything. */
export interface SectionSummary {
  readonly text: string
  readonly isBad: boolean
}

export function summaryOf(draft: ConnectionDraft, section: DraftSection): SectionSummary {
  switch (section) {
    case 'address':
      return good(addressText(draft))
    case 'tls':
      return tlsSummary(draft.tls)
    case 'retry':
      return good(retryText(draft))
    case 'socket':
      return good(socketText(draft.socket, draft.usualSocket))
    case 'start':
      return good(startText(draft))
    case 'calls':
      return good(callsText(draft))
  }
}

function addressText({ address }: ConnectionDraft): string {
  const host = address.host.trim()
  return host === '' ? words.noAddress : formatHostPort(host, address.port.trim() || '?')
}

function tlsSummary({ isOn, verification, checksName, pinnedFingerprint }: TlsDraft): SectionSummary {
  if (!isOn) return good(words.plain)
  if (pinnedFingerprint !== null) return good(words.pinned)
  if (verification === 'off') return { text: words.notVerified, isBad: true }
  return good(checksName ? words.verified : words.verifiedWithoutName)
}

function retryText({ retry }: ConnectionDraft): string {
  if (retry.kind === 'never') return words.never
  if (retry.kind === 'fixed') return words.every(milliseconds(retry.delayMs))
  return words.growing(milliseconds(retry.firstDelayMs), milliseconds(retry.maximumDelayMs))
}

function socketText(socket: SocketDraft, usual: SocketDraft): string {
  const relevant = (draft: SocketDraft): readonly unknown[] => [
    draft.addressFamily,
    draft.connectTimeoutMs.trim(),
    draft.connectDelayMs.trim(),
    draft.noDelay,
    draft.keepAlive && draft.keepAliveDelayMs.trim(),
    draft.localAddress.trim(),
    draft.localPort.trim(),
    draft.readSize === 'other' ? draft.readSizeBytes.trim() : draft.readSize,
    draft.sendsAfterPeerEnd,
  ]
  const [now, before] = [relevant(socket), relevant(usual)]
  const count = now.filter((value, index) => value !== before[index]).length
  return count === 0 ? words.usual : words.changes(count)
}

function startText({ start }: ConnectionDraft): string {
  if (start.content === '') return words.sendsNothing
  const meant = startPiecesOf(start)
  const isKnown = meant.ok && meant.pieces.every(({ kind }) => kind === 'bytes')
  return words.sends(isKnown ? countOf(meant.byteCount, 'byte', 'bytes') : start.notation)
}

function callsText({ calls }: ConnectionDraft): string {
  return calls.protocol === 'off' ? callSettingsWords.off : callSettingsWords.names[calls.protocol]
}

/** A number of milliseconds as typed, in the unit that reads best. */
function milliseconds(text: string): string {
  const value = Number(text)
  return text.trim() === '' || !Number.isFinite(value) ? text : formatWait(value)
}

const good = (text: string): SectionSummary => ({ text, isBad: false })
