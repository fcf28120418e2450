import { describe, expect, test } from 'vitest'
import { SystemNameResolver } from './system-name-resolver.ts'

const resolver = new SystemNameResolver()

describe('the system name resolver', () => {
  test('localhost is looked up in the family asked for', async () => {
    expect(await resolver.resolve('localhost', 'ipv4')).toContainEqual({ address: '127.0.0.1', family: 'ipv4' })
  })

  test.each(['', '[]'])('"%s" is no host', async (host) => {
    await expect(resolver.resolve(host, 'any')).rejects.toMatchObject({ code: 'host-required' })
  })

  test.each(['two words', 'a..b', '-dash', 'host:80', '256.1.1.1', '1.2.3', 'http://x', `${'x'.repeat(64)}.test`])(
    '"%s" is malformed',
    async (host) => {
      await expect(resolver.resolve(host, 'any')).rejects.toMatchObject({ code: 'host-malformed', data: { host } })
    },
  )
})
