import type { DiagnosisCause } from '../../contract/schemas/diagnosis.ts'
import type { CauseTable } from './cause-facts.ts'

type ConnectionCause = Extract<
  DiagnosisCause,
  | 'host-malformed'
  | 'name-not-found'
  | 'name-lookup-failed'
  | 'connection-refused'
  | 'connect-timeout'
  | 'unreachable'
  | 'connection-failed'
  | 'closed-at-once'
>

/** Causes before anything is said. */
export const connectionCauses: CauseTable<ConnectionCause> = {
  'host-malformed': {
    title: 'Not an address',
    message: ({ errorMessage }) => errorMessage,
    remedy: () => 'Enter a name such as device.example, or an IP address such as 192.0.2.7.',
    actions: () => ['edit-address'],
  },
  'name-not-found': {
    title: 'Name not found',
    message: ({ host }) => `There is no address for the name ${host}.`,
    remedy: () =>
      'Check its spelling, or enter the IP address. A name of a private network is found only from inside of it, for example over a VPN.',
    actions: () => ['edit-address'],
  },
  'name-lookup-failed': {
    title: 'Name server silent',
    message: ({ host }) =>
      `Nobody could say which address the name ${host} has: the name server of this machine does not answer.`,
    remedy: () => 'Check the network of this machine and its name server, or enter the IP address.',
    actions: () => ['edit-address'],
  },
  'connection-refused': {
    title: 'Connection refused',
    message: ({ address, port }) => `${address} answered that nothing listens on port ${port}.`,
    remedy: () => 'Start the server, or check the port. A firewall that rejects connections looks the same from here.',
    actions: () => ['edit-address', 'start-echo-server'],
  },
  'connect-timeout': {
    title: 'No answer',
    message: ({ address, timeoutMs }) =>
      `${address} did not answer within ${timeoutMs} ms. The machine is off, the address is not the right one, or a firewall drops what is sent there.`,
    remedy: () => 'Check the address and any firewall between. On a very slow network, raise the timeout.',
    actions: () => ['edit-address', 'raise-timeout'],
  },
  unreachable: {
    title: 'Out of reach',
    message: ({ address }) => `This machine knows no way to ${address}: the network of it cannot be reached.`,
    remedy: () => 'Check cable, Wi-Fi or VPN of this machine, its routes, and the address.',
    actions: () => ['edit-address'],
  },
  'connection-failed': {
    title: 'Connection failed',
    message: ({ errorMessage }) => errorMessage,
    remedy: () => 'Check the address of the server and the local address in the settings.',
    actions: () => ['edit-address'],
  },
  'closed-at-once': {
    title: 'Closed at once',
    message: ({ address }) => `${address} took the connection and closed it again without a word.`,
    remedy: () =>
      'Its log says why. Often it lets only some machines in, has too many clients, or a proxy in front of it finds nothing behind.',
    actions: () => [],
  },
}
