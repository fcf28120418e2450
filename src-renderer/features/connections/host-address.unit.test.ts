import { expect, it } from 'vitest'
import { checkHost, checkPlaceholders, splitWrittenAddress } from './host-address.ts'

it('splits addresses as people write them', () => {
  const written = [
    'psu-3.lab:5025',
    ' tcp://psu-3.lab:5025/ ',
    '[::1]:7007',
    '[fe80::1%eth0]',
    'telnet://router',
    '192.168.7.31 5025',
    'psu-3.lab',
    '::1',
    'host:70000',
    'host:0',
    'http://example.org:80/',
    '{{rack}}:5025',
    'tcp://{{ rack }}:{{port}}',
    'psu.{{zone}}:{{port}}',
    '{{rack}}',
    '{{rack}}:70000',
  ]
  expect(written.map(splitWrittenAddress)).toEqual([
    { host: 'psu-3.lab', port: 5025 },
    { host: 'psu-3.lab', port: 5025 },
    { host: '::1', port: 7007 },
    { host: 'fe80::1%eth0', port: null },
    { host: 'router', port: null },
    { host: '192.168.7.31', port: 5025 },
    null,
    null,
    null,
    null,
    null,
    { host: '{{rack}}', port: 5025 },
    { host: '{{ rack }}', port: '{{port}}' },
    { host: 'psu.{{zone}}', port: '{{port}}' },
    null,
    null,
  ])
})

it('takes variables as a host or a part of one, and nothing else in braces', () => {
  const good = ['{{rack}}', 'psu-{{ n }}.lab', '192.168.{{net}}.7']
  expect(good.map(checkHost)).toEqual(good.map(() => null))
  expect(
    ['{{rack', '{{$time unix-s}}', 'my {{rack}}', '\\\\{{rack}}', `{{rack}}${'x'.repeat(250)}`].map(
      (host) => checkHost(host)?.code,
    ),
  ).toEqual(['placeholder-malformed', 'placeholder-malformed', 'host-malformed', 'host-malformed', 'host-malformed'])
  expect(['{{port}}', '70{{n}}', '{{1}}', '{{$uuid}}'].map((port) => checkPlaceholders(port)?.code)).toEqual([
    undefined,
    undefined,
    'placeholder-malformed',
    'placeholder-malformed',
  ])
})

it('takes what may be a host and says what is wrong with the rest', () => {
  const good = ['localhost', 'a.b-c.example.', 'münchen.example', '_service.lab', '127.0.0.1', '::1', 'fe80::1%eth0']
  expect(good.map(checkHost)).toEqual(good.map(() => null))
  const reasons = ['', 'my host', '1.2.3.999', '12345', 'a..b', '-a', 'x'.repeat(300), 'a:b', 'http://a'].map(
    (host) => `${checkHost(host)?.code}: ${String(checkHost(host)?.data.reason ?? '')}`,
  )
  expect(reasons).toEqual([
    'host-required: ',
    'host-malformed: It must not hold a space.',
    'host-malformed: An IPv4 address has four numbers from 0 to 255.',
    'host-malformed: An IPv4 address has four numbers from 0 to 255.',
    'host-malformed: Each part between dots must have 1 to 63 characters and must not begin or end with a hyphen.',
    'host-malformed: Each part between dots must have 1 to 63 characters and must not begin or end with a hyphen.',
    'host-malformed: It is longer than 255 characters.',
    'host-malformed: It is not a valid IPv6 address.',
    'host-malformed: http:// addresses are not raw TCP. Enter the host and the port alone.',
  ])
})
