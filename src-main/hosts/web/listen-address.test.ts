import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { allowedHosts, isLoopback, reachableHost } from './listen-address.ts'

it('knows what only this machine can reach', () => {
  const hosts = ['127.0.0.1', '127.9.9.9', '::1', 'localhost', '0.0.0.0', '::', '192.168.1.5', '127.evil.example', '']
  expect(hosts.filter(isLoopback)).toEqual(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])
})

it('allows exactly the names a server is reached by', () => {
  expect([allowedHosts('127.0.0.1', 8080), allowedHosts('192.168.1.5', 80), allowedHosts('Lab.example', 1)]).toEqual([
    ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'],
    ['192.168.1.5', '192.168.1.5:80'],
    ['lab.example:1'],
  ])
  expect(allowedHosts('0.0.0.0', 5)).toEqual(
    expect.arrayContaining(['127.0.0.1:5', 'localhost:5', `${hostname().toLowerCase()}:5`]),
  )
})

it('opens a server on all addresses by loopback', () => {
  expect(['0.0.0.0', '::', '192.168.1.5'].map(reachableHost)).toEqual(['127.0.0.1', '::1', '192.168.1.5'])
})
