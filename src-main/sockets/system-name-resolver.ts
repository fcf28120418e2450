import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
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
    const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
    if (bare === '') throw new WirebenchError('host-required')
    const literal = isIP(bare)
    if (literal !== 0) return [addressOf(bare, literal, family, host)]
    if (!hostNamePattern.test(host) || /^[\d.]+$/.test(host)) throw new WirebenchError('host-malformed', { host })
    try {
      const found = await lookup(host, { all: true, verbatim: true, family: familyNumbers[family] })
      return found.map(({ address, family: number }) => ({ address, family: number === 6 ? 'ipv6' : 'ipv4' }))
    } catch (thrown) {
      throw WirebenchError.fromShape(describeLookupError(thrown, host))
    }
  }
}

function addressOf(address: string, literal: number, wanted: AddressFamilyChoice, host: string): ResolvedAddress {
  const family = literal === 6 ? 'ipv6' : 'ipv4'
  if (wanted !== 'any' && wanted !== family) {
    const reason = `It is an ${family === 'ipv6' ? 'IPv6' : 'IPv4'} address, but only ${wanted === 'ipv6' ? 'IPv6' : 'IPv4'} is allowed for this connection.`
    throw new WirebenchError('host-malformed', { host, reason })
  }
  return { address, family }
}
