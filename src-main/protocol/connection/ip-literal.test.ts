import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipLiteral } from './ip-literal.ts'

test.each([
  ['127.0.0.1', '127.0.0.1', 'ipv4'],
  ['255.249.199.0', '255.249.199.0', 'ipv4'],
  ['[192.0.2.7]', '192.0.2.7', 'ipv4'],
  ['::', '::', 'ipv6'],
  ['::1', '::1', 'ipv6'],
  ['1::', '1::', 'ipv6'],
  ['[2001:DB8::1]', '2001:DB8::1', 'ipv6'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', 'ipv6'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7::', 'ipv6'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7', 'ipv6'],
  ['1:2:3:4:5:6:192.0.2.7', '1:2:3:4:5:6:192.0.2.7', 'ipv6'],
  ['fe80::1%eth0', 'fe80::1%eth0', 'ipv6'],
  ['[fe80::1%wlan_1.20]', 'fe80::1%wlan_1.20', 'ipv6'],
])('%s is an address', (host, address, family) => {
  expect(ipLiteral(host)).toEqual({ address, family })
})

test.each([
  ['', '[]', 'localhost', 'psu-3.lab', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', '1.2.3.4%eth0'],
  [':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7::8', '1:2:3:4:5:6:7:8:9', ':1:2:3:4:5:6:7', '12345::'],
  ['1.2.3.4::', '::1.2.3', '::g', 'fe80::1%', 'fe80::1%a b', 'fe80::1%a%b', '[::1', '::1]', '[[::1]]'],
])('%s and its like are none', (...hosts) => {
  expect(hosts.map(ipLiteral)).toEqual(hosts.map(() => null))
})

const part = fc.oneof(
  fc.constantFrom('', ':', '::', '0', '1', 'ff', 'Beef', 'g', '12345', '%eth0', '%'),
  fc.ipV4(),
  fc.constantFrom('1.2.3', '01.2.3.4', '256.0.0.1'),
)
const nearlyAnAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.array(part, { maxLength: 9 }).map((parts) => parts.join(':')),
  fc.array(part, { maxLength: 9 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom('0', '9', '25', '256', '01'), { maxLength: 5 }).map((parts) => parts.join('.')),
)

test('agrees with Node, which would look up anything else', () => {
  fc.assert(
    fc.property(nearlyAnAddress, (host) => {
      const version = isIP(host)
      expect(ipLiteral(host)).toEqual(version === 0 ? null : { address: host, family: version === 6 ? 'ipv6' : 'ipv4' })
    }),
    { numRuns: 3000 },
  )
})
