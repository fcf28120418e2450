import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallEntry } from '../contract/schemas/call.ts'
import type { CallRequestInput, CallSettingsInput } from '../contract/schemas/call-settings.ts'
import { completeServerDefinition, type ServerDefinitionInput } from '../contract/schemas/server.ts'
import type { ServerFaults } from '../contract/schemas/server-faults.ts'
import { everyFault } from '../local-servers/testing/every-fault.ts'
import { formatFaultSpec } from '../protocol/server-faults/fault-spec.ts'
import { CallsDriver, json } from './testing/calls-driver.ts'

let calls: CallsDriver

beforeEach(async () => {
  calls = await CallsDriver.start()
})

afterEach(() => calls.close())

const timeoutMs = 200
const callCount = 6

/** One protocol with a server that answers a call with what it was given. */
interface Pairing {
  readonly server: Omit<ServerDefinitionInput, 'name' | 'faults'>
  readonly settings: CallSettingsInput
  readonly connects: boolean
  request(turn: number): CallRequestInput
  /** Null for a reply that belongs to another call. */
  readonly answers: (entry: CallEntry, turn: number) => boolean
}

const table = {
  commands: [
    { name: 'echo', parameters: [{ name: 'token' }], action: { kind: 'reply', template: '{"token": {{token}}}' } },
  ],
} satisfies ServerDefinitionInput['table']
const echoOf = (turn: number): CallRequestInput => ({ command: 'echo', parameters: json(`{"token":"token-${turn}"}`) })
const hasToken = (entry: CallEntry, turn: number): boolean =>
  entry.replies.some(({ text, kind }) => kind === 'result' && text.includes(`"token-${turn}"`))

const command = { requestsPerConnection: 'any', pollIntervalMs: 0 } as const
const pairings: Readonly<Record<string, Pairing>> = {
  'tcpy, a connection for each call': {
    server: { kind: 'command', port: 0, table, command },
    settings: { protocol: 'tcpy', mode: 'execute', timeoutMs },
    connects: false,
    request: echoOf,
    answers: hasToken,
  },
  'tcpy, one connection': {
    server: { kind: 'command', port: 0, table, command },
    settings: { protocol: 'tcpy', mode: 'session', timeoutMs },
    connects: true,
    request: echoOf,
    answers: hasToken,
  },
  'JSON-RPC over lines': {
    server: { kind: 'jsonrpc', port: 0, table },
    settings: { protocol: 'jsonrpc', timeoutMs },
    connects: true,
    request: echoOf,
    answers: hasToken,
  },
  'JSON-RPC with Content-Length': {
    server: { kind: 'jsonrpc', port: 0, table, jsonRpc: { framing: 'content-length' } },
    settings: { protocol: 'jsonrpc', framing: 'content-length', timeoutMs },
    connects: true,
    request: echoOf,
    answers: hasToken,
  },
  M2: {
    server: { kind: 'm2', port: 0, m2: { telemetryPort: 0 } },
    settings: { protocol: 'm2', telemetryPort: null, timeoutMs },
    connects: true,
    request: () => ({ command: 'resetForceOffsets' }),
    answers: (entry) => {
      const sequenceId = `"sequence_id": ${String(entry.correlation)}`.replaceAll(' ', '')
      return entry.replies.some(({ kind, text }) => kind === 'success' && text.replaceAll(' ', '').includes(sequenceId))
    },
  },
}

/** Makes calls of a faulty server and tells how each ended. Answers once all have ended. */
async function play(pairing: Pairing, faults: ServerFaults): Promise<{ entry: CallEntry; isOwn: boolean }[]> {
  const definition = completeServerDefinition({ ...pairing.server, name: 'Faulty', isRecorded: false, faults })
  const { serverId } = await calls.driver.call('server.create', { definition })
  const { address } = await calls.driver.call('server.start', { serverId })
  const sessionId = await calls.open(address?.port ?? 0, pairing.settings)
  if (pairing.connects) {
    await calls.driver.call('session.connect', { sessionId })
    await calls.driver.until(sessionId, ({ state }) => state === 'open' || state === 'closed')
  }
  const ended: { entry: CallEntry; isOwn: boolean }[] = []
  for (let turn = 0; turn < callCount; turn += 2) {
    const both = [turn, turn + 1].map(async (own) => {
      try {
        const entry = await calls.run(sessionId, pairing.request(own))
        ended.push({ entry, isOwn: pairing.answers(entry, own) })
      } catch (thrown) {
        // The connection was gone before the call: nothing was sent.
        expect(thrown).toMatchObject({ code: expect.stringMatching(/^(not-connected|call-out-of-step)$/) as unknown })
      }
    })
    await Promise.all(both)
  }
  await calls.driver.call('session.close', { sessionId })
  await calls.driver.call('server.stop', { serverId })
  return ended
}

const failureCodes = [
  'call-timeout',
  'call-out-of-step',
  'closed-before-reply',
  'reply-incomplete',
  'reply-malformed',
  'reply-too-large',
  'connection-reset',
  'connection-lost',
  'broken-pipe',
]
/** Faults that change bytes: no protocol here has a checksum, so a changed token or identifier cannot be told from a true one. */
const changesBytes = ({ faults }: ServerFaults): boolean =>
  faults.some(({ kind }) => kind === 'flip-bits' || kind === 'garbage')

describe('a server under seeded faults of every kind', () => {
  for (const [name, pairing] of Object.entries(pairings)) {
    test(`never makes a client hang past its timeout, crash or mix up two calls: ${name}`, async () => {
      for (const seed of [1, 2]) {
        const stories = everyFault(seed).map(async (faults) => {
          for (const { entry, isOwn } of await play(pairing, faults)) {
            const story = `${formatFaultSpec(faults)}: ${entry.state} ${entry.error?.code ?? ''}`
            expect(['answered', 'timed-out', 'failed'], story).toContain(entry.state)
            if (entry.state !== 'answered') expect(failureCodes, story).toContain(entry.error?.code)
            else if (!changesBytes(faults)) expect(isOwn, story).toBe(true)
          }
        })
        await Promise.all(stories)
      }
    })
  }

  test('answers every call rightly where the faults only change the rhythm', async () => {
    for (const pairing of Object.values(pairings)) {
      const gentle = everyFault(3).filter(({ faults }) =>
        faults.every(({ kind }) => ['split', 'coalesce', 'delay', 'throttle'].includes(kind)),
      )
      const patient = { ...pairing, settings: { ...pairing.settings, timeoutMs: 20_000 } }
      const stories = await Promise.all(gentle.map((faults) => play(patient, faults)))
      expect(stories.flat().map(({ entry, isOwn }) => `${entry.state} ${isOwn}`)).toEqual(
        new Array(gentle.length * callCount).fill('answered true'),
      )
    }
  })
})
