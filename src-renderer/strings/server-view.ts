import type { ServerClient } from '../../src-main/contract/schemas/server.ts'
import { countOf, formatCount } from '../format/quantities.ts'

/** Words of the tab of a local server. */
export const serverViewWords = {
  region: (name: string): string => `Server ${name}`,
  bar: 'Server',
  views: 'Views of the server',
  tabs: { clients: 'Clients', commands: 'Commands', rules: 'Rules', faults: 'Faults', traffic: 'Traffic' },
  hasProblems: 'has problems',
  start: 'Start',
  stop: 'Stop',
  edit: 'Edit…',
  connect: 'Connect',
  connectHint: 'Open a session to this server',
  more: 'More',
  telemetry: (address: string): string => `telemetry ${address}`,
  willListen: (address: string): string => `would listen on ${address}`,
  clients: (present: number, total: number): string =>
    `${countOf(present, 'client', 'clients')}${total > present ? `, ${formatCount(total)} so far` : ''}`,
  workers: (busy: number, all: number): string => `${busy} of ${countOf(all, 'worker', 'workers')} busy`,
  queue: (count: number): string => `${formatCount(count)} waiting`,
  served: (count: number): string => `${formatCount(count)} served`,
  problems: (count: number): string => countOf(count, 'problem', 'problems'),
  lastProblem: (text: string): string => `The last: ${text}`,
  received: 'Received',
  sent: 'Sent',
  deleted: 'This server was deleted. What was changed here is still shown.',
  unsaved: 'Not applied yet',
  parts: { table: 'commands', rules: 'rules', faults: 'faults' },
  apply: 'Apply',
  revert: 'Revert',
  notChecked: 'It could not be checked.',
  applied: (name: string): string => `Applied to “${name}”.`,
  appliedRunning: (name: string): string => `Applied to “${name}”, for all clients at once.`,
  appliedWrong: (name: string, count: number): string =>
    count === 1
      ? `Applied to “${name}”, but one thing in it does not work. It is marked.`
      : `Applied to “${name}”, but ${formatCount(count)} things in it do not work. They are marked.`,
  changedElsewhere: 'This server was changed elsewhere meanwhile.',
  takeTheirs: 'Take that',
  keepMine: 'Keep mine',
  wrongFirst: 'Something is not right yet. It is marked.',
  group: 'Server',
} as const

/** Words of the list of clients. */
export const clientWords = {
  region: 'Clients',
  filter: 'Filter clients',
  shown: (shown: number, all: number): string =>
    shown === all ? countOf(all, 'client', 'clients') : `${shown} of ${all}`,
  chosen: (count: number): string => `${formatCount(count)} chosen`,
  columns: {
    connection: 'Client',
    remote: 'Address',
    port: 'Port',
    state: 'State',
    since: 'Since',
    received: 'In',
    sent: 'Out',
    unsent: 'Unsent',
  },
  states: { open: 'Open', 'half-closed': 'Client ended', closing: 'Closing' } satisfies Record<
    ServerClient['state'],
    string
  >,
  ports: { main: 'main', telemetry: 'telemetry' } satisfies Record<ServerClient['port'], string>,
  close: 'Close',
  closeHint: 'End with FIN, after everything that was sent',
  reset: 'Reset',
  resetHint: 'End with RST, at once',
  copyAddress: 'Copy address',
  chooseAll: 'Choose all',
  chooseNone: 'Choose none',
  notRunning: 'The server is not running',
  notRunningText: 'Start it, and clients will be listed here while they are connected.',
  none: 'No clients',
  noneText: (address: string): string => `Clients that connect to ${address} are listed here.`,
  noMatch: 'No client matches the filter.',
  failed: 'The clients could not be listed.',
  send: 'Send',
  sendTitle: 'Send to clients',
  to: 'To',
  toAll: (count: number): string => `All ${countOf(count, 'client', 'clients')}`,
  toChosen: (count: number): string => countOf(count, 'chosen client', 'chosen clients'),
  sent: (bytes: string, clients: number): string => `Sent ${bytes} to ${countOf(clients, 'client', 'clients')}.`,
  edge: 'Height of the message',
} as const

/** Words of a message that is written for clients of a server. */
export const serverMessageWords = {
  mode: 'Written as',
  modes: [
    { value: 'text', label: 'Text' },
    { value: 'hex', label: 'Hex' },
    { value: 'json', label: 'JSON' },
    { value: 'msgpack', label: 'MessagePack' },
  ] as const,
  lineEnding: 'Line ending',
  style: 'JSON goes out',
  framed: 'Add framing',
  bytes: (text: string): string => `${text} to send`,
  otherMode: (mode: string): string => `Written as ${mode}. Another way can be chosen above; it begins anew.`,
} as const

/** Words of the traffic of a server. */
export const serverTrafficWords = {
  notRecorded: 'Not recorded',
  notRecordedText: 'The traffic of this server is not kept. Switch recording on in its form while it is stopped.',
  notYet: 'No traffic yet',
  notYetText: 'Every start of the server begins a new capture, shown here.',
  empty: 'Bytes from and to clients are shown here as they go over the wire.',
  connection: 'Connection',
} as const

/** Words of the lists that are edited in the tab of a server. */
export const editingWords = {
  wrong: 'has a problem',
  moved: (place: number): string => `Moved to place ${place}.`,
} as const
