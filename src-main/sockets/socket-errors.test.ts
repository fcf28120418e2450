import { describe, expect, test } from 'vitest'
import {
  describeConnectionError,
  describeDialError,
  describeListenError,
  describeLookupError,
} from './socket-errors.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`failed ${code}`), { code })
}

describe('codes of the system', () => {
  const remote = { address: '192.0.2.1', port: 7 }
  const where = { host: '127.0.0.1', port: 80 }
  test.each([
    ['ECONNREFUSED', 'connection-refused'],
    ['ETIMEDOUT', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EADDRNOTAVAIL', 'unreachable'],
    ['ECONNRESET', 'connection-reset'],
    ['EMFILE', 'too-many-open-files'],
    ['ENFILE', 'too-many-open-files'],
    ['ESOMETHING', 'connection-failed'],
  ])('dialling: %s is %s', (systemCode, code) => {
    expect(describeDialError(systemError(systemCode), remote).code).toBe(code)
  })

  test.each([
    ['ECONNRESET', 'connection-reset'],
    ['EPIPE', 'broken-pipe'],
    ['ETIMEDOUT', 'connection-lost'],
    ['ENETDOWN', 'connection-lost'],
  ])('open: %s is %s', (systemCode, code) => {
    expect(describeConnectionError(systemError(systemCode)).code).toBe(code)
  })

  test.each([
    ['EADDRINUSE', 'port-in-use'],
    ['EACCES', 'port-not-permitted'],
    ['EADDRNOTAVAIL', 'local-address-unavailable'],
    ['EINVAL', 'listen-failed'],
  ])('listening: %s is %s', (systemCode, code) => {
    expect(describeListenError(systemError(systemCode), where).code).toBe(code)
  })

  test.each([
    ['ENOTFOUND', 'name-not-found'],
    ['EAI_AGAIN', 'name-lookup-failed'],
  ])('looking up: %s is %s', (systemCode, code) => {
    expect(describeLookupError(systemError(systemCode), 'host.test').code).toBe(code)
  })

  test('what is not known keeps its text and its code', () => {
    expect(describeDialError(systemError('ESOMETHING'), remote)).toMatchObject({
      message: 'The connection failed. failed ESOMETHING.',
      data: { address: '192.0.2.1', port: 7, systemCode: 'ESOMETHING' },
    })
  })
})
