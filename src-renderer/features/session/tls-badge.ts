import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import { versionName } from '../../../src-main/protocol/tls/tls-versions.ts'
import { sessionBarWords as words } from '../../strings/session-bar.ts'
import { sessionWords } from '../../strings/session-view.ts'

/** How a connection is secured, in a word or two. */
export interface TlsBadge {
  /** `plain`: no TLS is asked for; `waiting`: not in use yet; `unenforced`: nobody enforces what would be good. */
  readonly kind: 'plain' | 'waiting' | 'verified' | 'unenforced' | 'unverified'
  readonly text: string
  /** What else is worth to know: pinned, resumed. */
  readonly marks: readonly string[]
  /** The version is no longer safe (RFC 8996), or the certificate ends soon; null when neither is so, or it has ended. */
  readonly warning: string | null
}

const dayMs = 86_400_000
/** A certificate that ends sooner is told. */
const warnedDays = 30
/** RFC 8996: must not be used. */
const outdatedVersions: readonly string[] = ['TLSv1', 'TLSv1.1']

export function tlsBadgeOf(
  { settings, tls, state }: Pick<SessionSnapshot, 'settings' | 'tls' | 'state'>,
  nowUnixMs: number,
): TlsBadge {
  if (tls === null) {
    const wanted = settings.tls !== null
    const isLive = state === 'open' || state === 'half-closed-local' || state === 'half-closed-remote'
    const text = !wanted ? sessionWords.plainTcp : isLive ? words.tlsNotYet : words.tlsWanted
    return { kind: wanted ? 'waiting' : 'plain', text, marks: [], warning: null }
  }
  const { verdict, isVerified, isResumed } = tls
  const version = versionName(tls.version)
  const marks = [...(verdict.isPinned ? [words.pinned] : []), ...(isResumed ? [words.resumed] : [])]
  if (!verdict.ok) {
    const reason = words.faults[verdict.fault ?? 'certificate-invalid']
    return { kind: 'unverified', text: `${version}, ${words.unverified(reason)}`, marks, warning: null }
  }
  const days = tls.peerValidToUnixMs === null ? null : Math.floor((tls.peerValidToUnixMs - nowUnixMs) / dayMs)
  const expiry = days !== null && days >= 0 && days < warnedDays ? words.expires(days) : null
  return {
    kind: isVerified || verdict.isPinned ? 'verified' : 'unenforced',
    text: isVerified || verdict.isPinned ? version : `${version}, ${words.unenforced}`,
    marks,
    warning: outdatedVersions.includes(tls.version) ? words.outdated : expiry,
  }
}
