import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { readDocument } from './versioned-document.ts'

const format = {
  schema: v.object({ schemaVersion: v.literal(3), name: v.string(), ports: v.array(v.object({ port: v.number() })) }),
  version: 3,
  migrations: {
    1: ({ title, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, name: title }),
    2: ({ port, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, ports: [{ port }] }),
  },
} as const

describe('reading a document of some version', () => {
  it('brings older ones to the present version, step by step', () => {
    const present = { kind: 'document', value: { schemaVersion: 3, name: 'a', ports: [{ port: 7 }] } }
    expect([
      readDocument(format, { schemaVersion: 1, title: 'a', port: 7 }),
      readDocument(format, { schemaVersion: 2, name: 'a', port: 7 }),
      readDocument(format, { schemaVersion: 3, name: 'a', ports: [{ port: 7 }] }),
    ]).toEqual([present, present, present])
  })

  it('does not touch what it was given', () => {
    const parsed = Object.freeze({ schemaVersion: 1, title: 'a', port: 7 })
    readDocument(format, parsed)
    expect(parsed).toEqual({ schemaVersion: 1, title: 'a', port: 7 })
  })

  it('names a newer version', () => {
    expect(readDocument(format, { schemaVersion: 4 })).toEqual({ kind: 'newer', found: 4, supported: 3 })
  })

  it.each([
    [[], 'It is not a JSON object.'],
    [null, 'It is not a JSON object.'],
    [{}, 'schemaVersion is missing or not a whole number.'],
    [{ schemaVersion: '3' }, 'schemaVersion is missing or not a whole number.'],
    [{ schemaVersion: 0 }, 'schemaVersion 0 was never in use.'],
    [{ schemaVersion: 3, name: 7, ports: [] }, 'name: Expected string but received 7.'],
    [
      { schemaVersion: 3, name: 'a', ports: [{ port: 1 }, {}] },
      'ports[1].port: Expected "port" but received undefined.',
    ],
  ])('names the place in %j', (parsed, reason) => {
    expect(readDocument(format, parsed)).toEqual({ kind: 'malformed', reason })
  })
})
