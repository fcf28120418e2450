import type { CertificateFault } from '../../src-main/contract/schemas/tls.ts'
import { countOf } from '../format/quantities.ts'

/** Words of the session bar on retrying, TLS and what is special about the connection. */
export const sessionBarWords = {
  attempt: (attempt: number, maximum: number | null): string =>
    maximum === null ? `attempt ${attempt}` : `attempt ${attempt} of ${maximum}`,
  inSeconds: (seconds: number): string => (seconds <= 0 ? 'now' : `in ${seconds} s`),
  inMinutes: (minutes: number): string => `in ${minutes} min`,
  tryNow: 'Try now',
  tlsNotYet: 'TLS, not in use yet',
  tlsWanted: 'TLS',
  unverified: (reason: string): string => `not verified: ${reason}`,
  /** Verification is off, and the certificate would have passed. */
  unenforced: 'verification off',
  faults: {
    'certificate-expired': 'expired',
    'certificate-not-yet-valid': 'not valid yet',
    'certificate-self-signed': 'self-signed',
    'certificate-unknown-ca': 'unknown CA',
    'certificate-missing-intermediate': 'intermediate missing',
    'certificate-name-mismatch': 'wrong name',
    'certificate-changed': 'another certificate',
    'certificate-absent': 'no certificate',
    'certificate-invalid': 'not valid',
  } satisfies Record<CertificateFault, string>,
  outdated: 'outdated',
  pinned: 'pinned',
  resumed: 'resumed',
  expires: (days: number): string => (days <= 0 ? 'expires today' : `expires in ${countOf(days, 'day', 'days')}`),
  showTls: 'Show the connection details',
  keyLog: 'Key log on',
  keyLogHint: (path: string | null): string =>
    `Whoever has ${path ?? 'the key log'} can decrypt this connection. Show the connection details`,
  lost: 'Lost',
  lostHint: 'The peer has gone: the connection should be there and is not.',
  receivingEnded: 'Receiving ended',
  receivingEndedHint: 'Nothing more is read on this connection; what still comes stays with the system.',
  unsentHint: 'Show the bytes that the system has not taken',
} as const

/** What can be done with a session, in the menu and in the palette. */
export const sessionActionWords = {
  connect: 'Connect',
  cancel: 'Cancel connecting',
  closeConnection: 'Close at once (FIN)',
  endReceiving: 'End receiving',
  startTls: 'Start TLS…',
  keyLogOn: 'Turn the key log on…',
  keyLogOff: 'Turn the key log off',
  reconnectResending: 'Reconnect and resend the unsent',
  showUnsent: 'Show unsent bytes…',
  editSettings: 'Edit the settings…',
} as const

export const keyLogQuestion = {
  title: 'Turn the key log on?',
  text: 'The keys of every handshake from now on are written to a file beside the capture (NSS format), so that other programs can decrypt what was recorded on the wire. Anyone who has this file can decrypt the connection. It stays on for this session only and is never stored in a profile.',
  confirm: 'Turn the key log on',
  cancel: 'Leave it off',
  onlyNext: 'This connection is secured already: keys are written from the next connection on.',
} as const

export const startTlsWords = {
  title: 'Start TLS',
  text: 'From here on everything is encrypted. What was exchanged so far stays as it is; the server must expect the handshake now.',
  serverName: 'Server name',
  verification: 'Certificate of the server',
  required: 'must verify',
  optional: 'may be absent, must verify else',
  off: 'is not verified: anyone on the way can read and change everything',
  usual: 'This connection was made for plain TCP, so the usual TLS settings are used.',
  start: 'Start TLS',
  cancel: 'Cancel',
} as const

export const unsentWords = {
  title: 'Unsent bytes',
  total: (bytes: string): string => `${bytes} were queued and not taken by the system.`,
  first: (bytes: string): string => `The first ${bytes} are shown.`,
  none: 'Everything that was queued was taken by the system.',
  lostOnAbort: 'What the system had taken before may or may not have arrived.',
  as: 'Show as',
  forms: [
    { value: 'hex', label: 'Hex' },
    { value: 'text', label: 'Text' },
  ],
  copy: 'Copy',
  bytes: 'The unsent bytes',
  close: 'Close',
} as const
