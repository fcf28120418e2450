import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import { sessionBarWords as words } from '../../strings/session-bar.ts'
import { sessionWords } from '../../strings/session-view.ts'

/** How a connection is secured, in a word or two. */
export interface TlsBadge {
  /** `plain`: no TLS is asked for; `waiting`: not in use yet; `unenforced`: nobody enforces what would be good. */
  readonly kind: 'plain' | 'waiting' | 'verified' | 'unenforced' | 'unverified'
  readonly text: string
  /** What else is worth to know: pinned, resumed. */
  readonly marks: readonly string[]
  /** The certificate ends soon; null when it does not, or has ended. */
  readonly warning: string | null
}

const dayMs = 86_400_000
/** A certificate that ends sooner is told. */
const warnedDays = 30

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
  const version = versionText(tls.version)
  const marks = [...(verdict.isPinned ? [words.pinned] : []), ...(isResumed ? [words.resumed] : [])]
  if (!verdict.ok) {
    const reason = words.faults[verdict.fault ?? 'certificate-invalid']
    return { kind: 'unverified', text: `${version}, ${words.unverified(reason)}`, marks, warning: null }
  }
  const days = tls.peerValidToUnixMs === null ? null : Math.floor((tls.peerValidToUnixMs - nowUnixMs) / dayMs)
  return {
    kind: isVerified || verdict.isPinned ? 'verified' : 'unenforced',
    text: isVerified || verdict.isPinned ? version : `${version}, ${words.unenforced}`,
    marks,
    warning: days !== null && days >= 0 && days < warnedDays ? words.expires(days) : null,
  }
}

/** `TLSv1.3` as people write it. */
function versionText(version: string): string {
  return version.replace('TLSv', 'TLS ')
}
