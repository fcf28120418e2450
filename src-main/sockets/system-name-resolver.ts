import { lookup } from 'node:dns/promises'
import { WirebenchError } from '../contract/errors.ts'
import type { AddressFamilyChoice } from '../contract/schemas/connection.ts'
import type { NameResolver, ResolvedAddress } from '../engine/ports.ts'
import { describeLookupError } from './socket-errors.ts'

const familyNumbers = { any: 0, ipv4: 4, ipv6: 6 } as const

/** Names that the system's resolver may be asked for. Underscores are no host name by the book, and are in use. */
const hostNamePattern = /^(?=.{1,254}$)[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62})(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62}))*\.?$/u

/** Looks names up as every other program on this machine does: hosts file, then name server, in the system's order. */
export class SystemNameResolver implements NameResolver {
  async resolve(host: string, family: AddressFamilyChoice): Promise<readonly ResolvedAddress[]> {
    if (host === '' || host === '[]') throw new WirebenchError('host-required')
    // The system would take `1.2.3` for 1.2.0.3 and `256` for 0.0.1.0, which nobody means.
    if (!hostNamePattern.test(host) || /^[\d.]+$/.test(host)) throw new WirebenchError('host-malformed', { host })
    try {
      const found = await lookup(host, { all: true, verbatim: true, family: familyNumbers[family] })
      return found.map(({ address, family: number }) => ({ address, family: number === 6 ? 'ipv6' : 'ipv4' }))
    } catch (thrown) {
      throw WirebenchError.fromShape(describeLookupError(thrown, host))
    }
  }
}
