import type { ServerTlsVariant } from '../../src-main/contract/schemas/server.ts'
import type { ServerKind } from '../../src-main/contract/schemas/server-kinds.ts'

/** Names of the kinds of servers. */
export const serverKindNames = {
  echo: 'Echo',
  discard: 'Discard',
  chargen: 'Character generator',
  command: 'Command server (tcpy)',
  m2: 'M2 server',
  jsonrpc: 'JSON-RPC server',
} as const satisfies Record<ServerKind, string>

export const serverKinds = Object.entries(serverKindNames).map(([value, label]) => ({
  value: value as ServerKind,
  label,
}))

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
  open: 'Open',
  duplicate: 'Duplicate…',
  edit: 'Edit…',
  copyAddress: 'Copy address',
  copied: (address: string): string => `Copied ${address}.`,
  copyFailed: 'The browser did not allow copying.',
  remove: 'Delete',
  removed: (name: string): string => `Deleted “${name}”.`,
  clients: (count: number): string => (count === 1 ? '1 client' : `${count} clients`),
  anyPort: 'any port',
  stopFirst: 'Stop the server before deleting it.',
} as const

export const serverFormWords = {
  newTitle: 'New local server',
  editTitle: (name: string): string => `Edit “${name}”`,
  kind: 'Kind',
  kindSentences: {
    echo: 'Sends back every byte it gets, in the same order.',
    discard: 'Reads everything and answers nothing (RFC 863).',
    chargen: 'Sends lines of characters without end, whatever it gets (RFC 864).',
    command:
      'Answers MessagePack requests by a table of commands, as tcpy does. Begins with add, boom, chat, echo and slow.',
    m2: 'A mirror controller to try clients on: JSON commands on one port, telemetry on a second.',
    jsonrpc: 'Speaks JSON-RPC 2.0 and answers by a table of commands. Begins with add, boom, chat, echo and slow.',
  } satisfies Record<ServerKind, string>,
  settingsOf: { command: 'Serving commands', jsonrpc: 'JSON-RPC', m2: 'Mirror controller' },
  locked: 'The server is running. Only its name, commands, rules and faults can change meanwhile.',
  stop: 'Stop it',
  whileStopped: 'What can change while it is stopped',
  name: 'Name',
  defaultNames: {
    echo: 'Echo',
    discard: 'Discard',
    chargen: 'Characters',
    command: 'Commands',
    m2: 'M2 mirror',
    jsonrpc: 'JSON-RPC',
  } satisfies Record<ServerKind, string>,
  host: 'Listen on',
  hostDescription: '127.0.0.1 is this machine only. 0.0.0.0 is every network: others can then connect.',
  port: 'Port',
  portDescription: '0 takes any free port.',
  commandPort: 'Command port',
  telemetryPort: 'Telemetry port',
  clients: 'Clients',
  clientChoices: [
    { value: 'any', label: 'Any number' },
    { value: 'single', label: 'One at a time' },
    { value: 'at-most', label: 'At most' },
  ] as const,
  clientSentences: {
    any: undefined,
    single: 'A second client is accepted and closed at once.',
    'at-most': 'A client above this number is accepted and closed at once.',
  } as const,
  maxClients: 'At once',
  isRecorded: 'Record the traffic',
  isRecordedDescription: 'Every start begins a new capture. Without it nothing of the traffic is kept.',
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

/** Words of the settings of the kinds. */
export const serverKindWords = {
  ms: 'ms',
  bytes: 'bytes',
  rate: 'Rate to each client',
  bytesPerSecond: 'bytes/s',
  noLimit: 'as fast as it reads',
  rateDescription: 'Leave it empty to send as fast as the client reads.',
  workers: 'Workers',
  workersDescription: 'Requests worked on at once. Others wait.',
  serving: 'Serving',
  servings: [
    { value: 'pool', label: 'All workers at once' },
    { value: 'one-at-a-time', label: 'One request at a time, as tcpy 0.0.10' },
  ] as const,
  pollInterval: 'Poll interval',
  pollIntervalDescription: 'How long an idle worker sleeps between two looks at the queue.',
  requestsPerConnection: 'Requests per connection',
  requestCounts: [
    { value: 'one', label: 'One; others are not read, as tcpy' },
    { value: 'any', label: 'Any number' },
  ] as const,
  afterReply: 'After the reply',
  afterReplies: [
    { value: 'keep-open', label: 'Keep the connection open' },
    { value: 'close', label: 'Close the connection' },
  ] as const,
  invalidRequest: 'Invalid request',
  invalidRequests: [
    { value: 'error-frame', label: 'Answer an error, as tcpy 0.0.10' },
    { value: 'drop', label: 'Drop the connection, as up to 0.0.6' },
  ] as const,
  maximumRequest: 'Longest request',
  maximumRequestDescription: 'A client that announces more is disconnected; nothing is set aside for it.',
  framing: 'Documents are told apart by',
  framings: [
    { value: 'lines', label: 'Line endings' },
    { value: 'content-length', label: 'A Content-Length header' },
    { value: 'length-prefix', label: 'A binary length before each' },
  ] as const,
  lengthField: 'Length',
  telemetryHz: 'Telemetry rate',
  perSecond: 'per s',
  telemetryHzDescription: 'Rounds a second; 0 sends none.',
  welcome: 'Welcome messages',
  welcomes: [
    { value: 'every', label: 'To every new client' },
    { value: 'first', label: 'Once in the life of the server, as the original' },
  ] as const,
  checksSequence: 'Check sequence numbers',
  checksSequenceDescription: 'A gap is answered with noack and the missing number.',
  requiresHeartbeat: 'Require heartbeats',
  requiresHeartbeatDescription: 'A client that sends none for 10 s is disconnected.',
  commandDuration: 'Duration of a command',
  commandDurationDescription: 'Between the ack and the end of a command.',
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
  maxClients: 'Enter a whole number from 1 to 1000000.',
  samePorts: 'Both ports are the same. Choose two different ones, or 0 for any free one.',
  number: 'Enter a number within the limits.',
  'chargen.bytesPerSecond': 'Enter a number of bytes of at least 1, or nothing.',
  'command.workers': 'Enter a whole number from 1 to 1000.',
  'command.pollIntervalMs': 'Enter a time from 0 to 60000 ms.',
  'command.maximumRequestBytes': 'Enter a whole number of bytes from 1 to 1073741824.',
  'jsonRpc.workers': 'Enter a whole number from 1 to 1000.',
  'jsonRpc.maximumRequestBytes': 'Enter a whole number of bytes from 1 to 1073741824.',
  'm2.telemetryPort': 'Enter a whole number from 0 to 65535.',
  'm2.telemetryHz': 'Enter a rate from 0 to 1000.',
  'm2.commandDurationMs': 'Enter a time from 0 to 600000 ms.',
} as const
