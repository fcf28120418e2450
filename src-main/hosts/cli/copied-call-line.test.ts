/** The line that the window copies for a call, as the shell and `wirebench call` read it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  callSettings,
  type CallRequestInput,
  type CallSettingsInput,
  type CallRequest,
} from '../../contract/schemas/call-settings.ts'
import { tlsSettings, type TlsSettingsInput } from '../../contract/schemas/tls.ts'
import { parametersAsJsonText } from '../../protocol/command-rpc/parameters/read-call-draft.ts'
import { callLine } from '../../../src-renderer/features/calls/call-line.ts'
import { callSettingsOf, planCall, type CallPlan } from './call/call-plan.ts'
import { processIo } from './cli-io.ts'
import { tlsSettingsOf } from './connection/tls-options.ts'

const io = processIo('')

interface Copied {
  readonly settings: CallSettingsInput
  readonly tls?: TlsSettingsInput
  readonly request?: Partial<CallRequest>
  /** Parameters as JSON. */
  readonly text?: string
  readonly host?: string
}

const lineOf = ({ settings, tls, request = {}, text = '', host = '127.0.0.1' }: Copied): string | null =>
  callLine(
    { host, port: 7272, tls: tls === undefined ? null : v.parse(tlsSettings, tls) },
    v.parse(callSettings, settings),
    { kind: 'call', command: 'add', componentName: '', ...request },
    text,
  )

/** What the command line understands, once a real shell has read the line. */
async function planned(copied: Copied): Promise<CallPlan> {
  const line = lineOf(copied) ?? ''
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `wirebench() { printf '%s\\0' "$@"; }; ${line}`])
  const [name, ...words] = stdout.split('\0').slice(0, -1)
  expect(name).toBe('call')
  return await planCall(words, io)
}

const textOf = (request: CallRequestInput, protocol: CallSettingsInput['protocol']): string =>
  parametersAsJsonText({ componentName: '', ...request } as CallRequest, protocol)

describe('a call copied as a line', () => {
  it.each(['lines', 'content-length', 'length-prefix'] as const)('of JSON-RPC has its framing: %s', async (framing) => {
    const settings = { protocol: 'jsonrpc', framing, lengthField: 'u16le', timeoutMs: 250 } as const
    const plan = await planned({ settings, text: '[1, "x"]' })
    expect(plan.target).toEqual({ kind: 'address', host: '127.0.0.1', port: 7272 })
    expect(v.parse(callSettings, callSettingsOf(plan, null))).toMatchObject({
      ...{ protocol: 'jsonrpc', framing, timeoutMs: 250 },
      ...(framing === 'length-prefix' ? { lengthField: 'u16le' } : {}),
    })
    expect(JSON.parse(textOf(plan.requests[0], 'jsonrpc'))).toEqual([1, 'x'])
  })

  it.each([
    ['plain names', '{"x":1,"label":"a b"}'],
    ['what a shell would run', JSON.stringify({ a: '$(id) `id` $HOME \'q\' "d" \\ ! ; | & > *' })],
    ['lines and tabs', String.raw`{"a":"one\ntwo\tthree\r"}`],
    ['names with = and :, and none', '{"a=b":1,"c:":2,"":3}'],
    ['a name like an option', '{"--help":true,"-n":"x"}'],
    ['zeros, which no word can hold', String.raw`{"a":"x\u0000y"}`],
    ['texts like files and standard input', '{"a":"@file","b":"-"}'],
    ['nested values', '{"o":{"x":[1.0,null,{"y":"é😀"}]},"on":true}'],
  ])('has its parameters: %s', async (_name, text) => {
    const plan = await planned({ settings: { protocol: 'tcpy' }, text })
    expect(JSON.parse(textOf(plan.requests[0], 'tcpy'))).toEqual(JSON.parse(text))
  })

  it('has its numbers exact to the digit', async () => {
    const text = '{"mask":18410715311050326015,"one":1.0,"list":[1e400]}'
    const plan = await planned({ settings: { protocol: 'jsonrpc' }, text })
    expect(textOf(plan.requests[0], 'jsonrpc').replaceAll(/\s/g, '')).toBe(text)
  })

  it('has what it is: notification, event, telemetry, a turn without a command, a command like an option', async () => {
    const jsonRpc = { protocol: 'jsonrpc' } as const
    const m2 = { protocol: 'm2' } as const
    const event = { kind: 'event', componentName: '-MT Mount' } as const
    const plans = [
      await planned({ settings: jsonRpc, request: { kind: 'notification' } }),
      await planned({ settings: m2, request: event, text: '{"x":1}' }),
      await planned({ settings: m2, request: { kind: 'telemetry' } }),
      await planned({ settings: { protocol: 'tcpy' }, request: { command: null }, text: '{"say":"bye"}' }),
      await planned({ settings: { protocol: 'tcpy' }, request: { command: '--tls' }, text: '{"-n":1}' }),
    ]
    expect(plans.map(({ requests: [{ kind, command, componentName }] }) => [kind, command, componentName])).toEqual([
      ['notification', 'add', ''],
      ['event', 'add', '-MT Mount'],
      ['telemetry', 'add', ''],
      ['call', null, ''],
      ['call', '--tls', ''],
    ])
    expect(plans.map(({ tls }) => tls.asked)).toEqual([null, null, null, null, null])
  })

  it('waits as long as it waits here', async () => {
    const timeOf = async (settings: CallSettingsInput, timeoutMs?: number | null) =>
      (await planned({ settings, request: timeoutMs === undefined ? {} : { timeoutMs } })).timeoutMs
    expect([
      await timeOf({ protocol: 'tcpy' }),
      await timeOf({ protocol: 'tcpy' }, 150),
      await timeOf({ protocol: 'm2', timeoutMs: 3000 }),
      await timeOf({ protocol: 'm2', timeoutMs: 3000 }, 86_400_000),
      await timeOf({ protocol: 'm2' }, null),
    ]).toEqual([null, 150, 3000, 86_400_000, 86_400_000])
  })

  it.each<TlsSettingsInput>([
    {},
    { caPath: '/etc/plant ca.pem', serverName: 'gateway.plant', certificatePath: '/a.pem', keyPath: '/a.key' },
    { verification: 'off', checksName: false },
    { verification: 'optional', pfxPath: '/me.pfx', minimumVersion: 'TLSv1.2', maximumVersion: 'TLSv1.3' },
    { pinnedFingerprint: 'ab'.repeat(32), alpn: ['h2', 'x'], ciphers: 'ECDHE+AESGCM:!aNULL' },
    { start: { kind: 'after-text', send: String.raw`STARTTLS\r\n`, expect: '220 ' } },
    { start: { kind: 'after-text', send: '-x', expect: '' } },
  ])('is secured as it is here: %j', async (tls) => {
    const plan = await planned({ settings: { protocol: 'm2' }, tls, host: '::1' })
    expect(tlsSettingsOf(plan.tls, null)).toEqual(v.parse(tlsSettings, tls))
    expect(plan.target).toEqual({ kind: 'address', host: '::1', port: 7272 })
  })

  it('is none where the command line has no word for it', () => {
    const settings = { protocol: 'tcpy' } as const
    expect([
      lineOf({ settings, tls: { start: { kind: 'by-hand' } } }),
      lineOf({ settings, tls: { extraCertificates: ['-----BEGIN CERTIFICATE-----'] } }),
      lineOf({ settings, tls: { caPath: '/a.pem', trustsBuiltInRoots: true } }),
      lineOf({ settings, host: '{{host}}' }),
    ]).toEqual([null, null, null, null])
  })
})
