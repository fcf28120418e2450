import type { ServerTlsVariant } from '../../src-main/contract/schemas/server.ts'

/** Names of what secures a server. */
export const variantWords = {
  valid: 'trusted by its CA',
  mutual: 'mutual',
  expired: 'expired',
  'not-yet-valid': 'not yet valid',
  'self-signed': 'self-signed',
  'wrong-name': 'wrong name',
  'missing-intermediate': 'missing intermediate',
  'unknown-ca': 'unknown CA',
  'old-protocol': 'old protocol',
  'plain-text': 'plain text',
} as const satisfies Record<ServerTlsVariant, string>

const securityOptions: readonly { value: 'none' | ServerTlsVariant; label: string }[] = [
  { value: 'none', label: 'No TLS' },
  { value: 'valid', label: 'TLS' },
  { value: 'mutual', label: 'Mutual TLS: clients need a certificate' },
  { value: 'expired', label: 'Faulty: expired certificate' },
  { value: 'not-yet-valid', label: 'Faulty: certificate not yet valid' },
  { value: 'self-signed', label: 'Faulty: self-signed certificate' },
  { value: 'wrong-name', label: 'Faulty: certificate for another name' },
  { value: 'missing-intermediate', label: 'Faulty: missing intermediate certificate' },
  { value: 'unknown-ca', label: 'Faulty: unknown CA' },
  { value: 'old-protocol', label: 'Faulty: old protocol, TLS 1.1 at most' },
  { value: 'plain-text', label: 'Faulty: plain text where TLS is expected' },
]

/** Words of local servers. */
export const serverWords = {
  heading: 'Local servers',
  list: 'Local servers',
  add: 'New local server',
  empty: 'No local servers.',
  start: 'Start',
  stop: 'Stop',
  connect: 'Connect to it',
  saveCa: 'Save the CA certificate…',
  trustSaved: (name: string): string => `Saved as “${name}”, which trusts the CA of the local servers.`,
  trustAdded: (name: string): string => `“${name}” now trusts the CA of the local servers.`,
  secured: (variant: string): string => `TLS, ${variant}`,
  failedHandshakes: (count: number, last: string): string =>
    count === 1 ? `One handshake failed. ${last}` : `${count} handshakes failed. The last: ${last}`,
  edit: 'Edit…',
  copyAddress: 'Copy address',
  copied: (address: string): string => `Copied ${address}.`,
  copyFailed: 'The browser did not allow copying.',
  remove: 'Delete',
  removed: (name: string): string => `Deleted “${name}”.`,
  clients: (count: number): string => (count === 1 ? '1 client' : `${count} clients`),
  anyPort: 'any port',
  stopFirst: 'Stop the server before editing or deleting it.',
} as const

export const serverFormWords = {
  newTitle: 'New local server',
  editTitle: (name: string): string => `Edit “${name}”`,
  description: 'An echo server sends back every byte it gets, in the same order.',
  name: 'Name',
  defaultName: 'Echo',
  host: 'Listen on',
  hostDescription: '127.0.0.1 is this machine only. 0.0.0.0 is every network: others can then connect.',
  port: 'Port',
  portDescription: '0 takes any free port.',
  security: 'Security',
  securities: securityOptions,
  clientsSee: {
    none: 'Plain TCP.',
    valid: 'Clients that trust the CA of the local servers connect; others find a CA that they do not know.',
    mutual:
      'Clients must show a certificate of the same CA as well. One without is refused, over TLS 1.3 after it believes to be connected.',
    expired: 'Clients see a certificate that expired yesterday.',
    'not-yet-valid': 'Clients see a certificate that is valid from tomorrow on.',
    'self-signed': 'Clients see a certificate that nobody but itself has signed.',
    'wrong-name': 'Clients see a certificate made for wrong.example, whatever they dialled.',
    'missing-intermediate': 'Clients see a certificate whose issuer is not sent, so that it leads to no CA they trust.',
    'unknown-ca': 'Clients see a complete chain that ends in a CA nobody trusts.',
    'old-protocol': 'Clients are offered TLS 1.1 at most, which most of them refuse.',
    'plain-text': 'Clients that begin TLS are answered in plain text.',
  } satisfies Record<'none' | ServerTlsVariant, string>,
  names: 'Names and addresses',
  namesDescription: 'What the certificate is made for, with commas between. The first host name is the one to dial.',
  validDays: 'Valid for',
  days: 'days',
  validDaysDescription: {
    expired: 'Up to yesterday.',
    'not-yet-valid': 'From tomorrow on.',
  } as Partial<Record<string, string>>,
  more: 'Versions and protocols',
  alpnDescription: 'What the server speaks, the preferred one first. Clients that offer others alone are refused.',
  startsWithWorkbench: 'Start together with Wirebench',
  create: 'Create',
  createAndStart: 'Create and start',
  save: 'Save',
  saveAndStart: 'Save and start',
} as const

/** What is wrong with a field of the form. */
export const serverFormErrors = {
  name: 'Enter a name of at most 120 characters.',
  host: 'Enter an address of this machine.',
  port: 'Enter a whole number from 0 to 65535.',
  names: 'Enter at least one name or address, and at most 32.',
  validDays: 'Enter a whole number of days from 1 to 36500.',
  alpn: 'At most 16 names of at most 255 characters each.',
  versions: 'The lowest version is above the highest.',
} as const
