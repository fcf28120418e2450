import { expect, test } from 'vitest'
import { statesIn, tableKey } from './connection-table.ts'

const lines = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 10 1 0 100 0 0 10 0
   1: 0100007F:9C40 0100007F:1F90 08 00000000:00000001 00:00000000 00000000     0        0 11 1 0 20 4 30 10 -1
   2: 00000000000000000000000001000000:9C41 00000000000000000000000001000000:1F90 01 00000000:00000000
   3: B80D01200000000000000000EF010000:9C42 0000000000000000FFFF00000100007F:1F90 06
garbage
`.split('\n')

const ipv4 = (port: number) => ({ address: '127.0.0.1', port, family: 'ipv4' }) as const
const ipv6 = (address: string, port: number) => ({ address, port, family: 'ipv6' }) as const

test('connections are found by both their ends', () => {
  const keys = [
    tableKey(ipv4(40_000), ipv4(8080)),
    tableKey(ipv6('::1', 40_001), ipv6('::1', 8080)),
    tableKey(ipv6('2001:db8::1ef%eth0', 40_002), ipv6('::ffff:127.0.0.1', 8080)),
    tableKey(ipv4(40_009), ipv4(8080)),
  ]
  const states = statesIn(lines, new Set(keys))
  expect(keys.map((key) => states.get(key))).toEqual(['08', '01', '06', undefined])
})
