import { describe, expect, it } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { settings } from '../testing/session-bench.ts'
import { connectionTarget } from './connection-target.ts'

const values: Readonly<Record<string, { text: string; secret: boolean }>> = {
  rack: { text: ' psu-3.lab ', secret: false },
  net: { text: '7', secret: false },
  port: { text: ' 5025 ', secret: false },
  v6: { text: '[::1]', secret: false },
  empty: { text: '  ', secret: false },
  wrong: { text: 'a b', secret: false },
  hidden: { text: 'secret host', secret: true },
  nested: { text: '{{rack}}', secret: false },
}
const variables = {
  resolve: (name: string): { text: string; secret: boolean } | null => values[name] ?? null,
}

const target = (host: string, port: number | string = 7): [string, number] => {
  const resolved = connectionTarget({ ...settings, host, port }, variables)
  return [resolved.host, resolved.port]
}

function failure(host: string, port: number | string = 7): unknown {
  try {
    return target(host, port)
  } catch (error) {
    return error instanceof WirebenchError ? [error.code, error.data] : error
  }
}

describe('the target of a connection', () => {
  it.each([
    ['plain.lab', 7, ['plain.lab', 7]],
    ['{{rack}}', '{{port}}', ['psu-3.lab', 5025]],
    ['192.168.{{ net }}.1', '70{{net}}', ['192.168.7.1', 707]],
    ['{{v6}}', 7, ['::1', 7]],
  ])('%s and %s', (host, port, expected) => {
    expect(target(host, port)).toEqual(expected)
  })

  it.each([
    ['{{no}}', 7, ['variable-unknown', { field: 'host', name: 'no' }]],
    ['a', '{{no}}', ['variable-unknown', { field: 'port', name: 'no' }]],
    ['{{empty}}', 7, ['host-required', { field: 'host' }]],
    ['{{wrong}}', 7, ['host-malformed', { field: 'host', host: 'a b' }]],
    ['{{nested}}', 7, ['host-malformed', { field: 'host', host: '{{rack}}' }]],
    ['\\{{rack}}', 7, ['host-malformed', { field: 'host', host: '{{rack}}' }]],
    ['{{hidden}}', 7, ['host-malformed', { field: 'host', host: '(a secret)' }]],
    ['a', '{{hidden}}', ['port-malformed', { field: 'port', port: '(a secret)' }]],
    ['a', '{{rack}}', ['port-malformed', { field: 'port', port: ' psu-3.lab ' }]],
    ['a', '{{net}}0000', ['port-malformed', { field: 'port', port: '70000' }]],
  ])('%s and %s cannot be dialled', (host, port, expected) => {
    expect(failure(host, port)).toEqual(expected)
  })

  it('takes variables alone', () => {
    expect(failure('{{$time unix-s}}')).toMatchObject(['placeholder-malformed', { field: 'host', position: 1 }])
    expect(failure('{{rack')).toMatchObject(['placeholder-malformed', { field: 'host', position: 1 }])
  })
})
