import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import { callRequest, callSettings, type CallProtocol } from '../../../src-main/contract/schemas/call-settings.ts'
import { parametersAsJsonText } from '../../../src-main/protocol/command-rpc/parameters/read-call-draft.ts'
import {
  commandOfDraft,
  draftOfCommand,
  draftOfRequest,
  emptyDraft,
  newParameter,
  requestOf,
  type CallDraft,
} from './call-draft.ts'
import { faultOf } from './call-fault.ts'
import { callLine, shellWord } from './call-line.ts'
import { foundCommands } from './found-commands.ts'
import { histogramBars } from './histogram-bars.ts'
import { nextSequenceId } from './next-sequence-id.ts'
import { formOfJson, pairsOfJson } from './parameter-notations.ts'
import { callSettingsDraftOf, callSettingsErrors, callSettingsOf } from './settings/call-settings-draft.ts'
import { settingsSummary } from './settings/settings-summary.ts'

const asJson = (draft: CallDraft, protocol: CallProtocol = 'tcpy'): string =>
  compact(parametersAsJsonText(v.parse(callRequest, requestOf({ ...draft, command: 'c' })), protocol))
const compact = (text: string): string => text.replaceAll(/\n\s*/g, '').replaceAll('": ', '":')
const form = (text: string, protocol: CallProtocol = 'tcpy'): CallDraft => {
  const read = formOfJson(text, [], protocol)
  if (!read.ok) throw new Error(read.reason)
  return { ...emptyDraft, ...read.value }
}

describe('notations of parameters', () => {
  it('say the same as a form and as pairs, with every digit, whatever JSON they come from', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' })
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.bigInt().map(BigIntText.of),
      fc.boolean(),
      fc.constant(null),
      fc.constant([1, '2 "3"']),
    )
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true }), (parameters) => {
        const text = `{${Object.entries(parameters)
          .map(
            ([key, given]) =>
              `${JSON.stringify(key)}:${given instanceof BigIntText ? given.text : JSON.stringify(given)}`,
          )
          .join(',')}}`
        const pairs = pairsOfJson(text)
        const asForm = asJson(form(text, 'jsonrpc'), 'jsonrpc')
        const asPairs = pairs.ok ? asJson({ ...emptyDraft, notation: 'pairs', pairsText: pairs.value }, 'jsonrpc') : ''
        expect([asForm, asPairs]).toEqual([compact(text), compact(text)])
      }),
    )
  })

  it('have a form for what tcpy has beyond JSON', () => {
    const { parameters } = form(
      '{"at": {"$datetime": "2014-05-06T07:08:09.000000"}, "raw": {"$hex": "00 ff"}, "o": {"a": 1}}',
    )
    expect(parameters.map(({ type, value }) => [type, value])).toEqual([
      ['datetime', '2014-05-06T07:08:09.000000'],
      ['bytes', '00 ff'],
      ['json', '{"a":1}'],
    ])
    expect(form('{"raw": {"$hex": "00 ff"}}', 'm2').parameters[0]?.type).toBe('json')
  })

  it('keep the notes of the rows, and leave out what the text does not have', () => {
    const before = [
      { ...newParameter('a'), notes: 'volts', type: 'number' as const },
      { ...newParameter('b'), value: 'kept' },
    ]
    expect(formOfJson('{"a": 3, "c": true}', before, 'm2')).toEqual({
      ok: true,
      value: {
        positional: false,
        parameters: [
          { ...newParameter('a'), notes: 'volts', type: 'number', value: '3' },
          { ...newParameter('b'), value: 'kept', isIncluded: false },
          { ...newParameter('c'), type: 'boolean', value: 'true' },
        ],
      },
    })
  })

  it('fill the rows in their order from an array, where the protocol has that', () => {
    const [first, second] = form('[1, "x"]', 'jsonrpc').parameters
    expect([first?.name, first?.value, second?.name, second?.type]).toEqual(['1', '1', '2', 'text'])
    expect([formOfJson('[1]', [], 'm2'), pairsOfJson('[1]')]).toEqual([
      { ok: false, reason: 'not-named' },
      { ok: false, reason: 'not-named' },
    ])
  })
})

describe('a draft', () => {
  const known = {
    name: 'power',
    kind: 'event' as const,
    notes: 'n',
    parameters: [{ ...newParameter('on'), required: true, notes: 'on or off' }],
    positional: false,
    timeoutMs: null,
    isLearnt: true,
  }

  it('is made from the catalogue, and from a request of the ledger with the notes of the catalogue', () => {
    expect(draftOfCommand(known, 'jsonrpc')).toMatchObject({ kind: 'call', command: 'power', waits: 'none' })
    expect(draftOfCommand(known, 'm2').kind).toBe('event')
    const parameters = {
      notation: 'form' as const,
      parameters: [{ name: 'on', type: 'text' as const, value: '1' }],
      positional: false,
    }
    const request = v.parse(callRequest, { command: 'power', parameters, timeoutMs: 5 })
    expect(draftOfRequest(request, known)).toMatchObject({
      waits: 'own',
      timeoutMs: '5',
      parameters: [{ name: 'on', value: '1', required: true, notes: 'on or off' }],
    })
    expect(draftOfRequest({ ...request, command: null }, undefined).kind).toBe('turn')
  })

  it('asks for the same again, and tells the catalogue what it has beyond a call', () => {
    const draft = { ...draftOfCommand(known, 'm2'), waits: 'settings' as const }
    expect(requestOf({ ...draft, kind: 'turn', waits: 'own', timeoutMs: '70' })).toMatchObject({
      command: null,
      timeoutMs: 70,
    })
    expect(commandOfDraft(draft, known)).toEqual({ ...known, timeoutMs: undefined })
  })

  it('has its fault at the row, the character, the command or the whole', () => {
    const draft: CallDraft = {
      ...emptyDraft,
      parameters: [{ ...newParameter('a'), isIncluded: false }, newParameter('b')],
    }
    const named = describeError('call-parameter-malformed', { name: 'b', reason: '' })
    const placed = describeError('call-parameters-malformed', { position: 4, reason: '' })
    expect([
      faultOf(named, draft).place,
      faultOf(placed, { ...draft, notation: 'json' }).place,
      faultOf(describeError('command-required'), draft).place,
      faultOf(describeError('not-connected'), draft).place,
    ]).toEqual([{ part: 'parameter', index: 1 }, { part: 'text', position: 3 }, { part: 'command' }, { part: 'call' }])
  })
})

it('writes a call as a line for a terminal, quoted so that nothing in it is run', () => {
  const settings = v.parse(callSettings, { protocol: 'm2' })
  const address = { host: '::1', port: 50_000, tls: null }
  const call = { kind: 'call' as const, command: "it's", componentName: '' }
  const text = String.raw`{"mask": 18410715311050326015, "note": "a $(b) 'c'", "o": {"x": [1.0]}}`
  expect(callLine(address, settings, call, text)).toBe(
    String.raw`wirebench call '[::1]:50000' --protocol m2 --timeout 10000 'it'\''s' mask:=18410715311050326015 'note=a $(b) '\''c'\''' 'o:={"x":[1.0]}'`,
  )
  expect([callLine({ ...address, port: '{{port}}' }, settings, call, ''), shellWord('')]).toEqual([null, "''"])
})

it('offers what begins with the typed name first', () => {
  const commands = ['setPower', 'power', 'Powers', 'reset'].map((name) => ({
    name,
    kind: 'call' as const,
    notes: '',
    parameters: [],
    positional: false,
    isLearnt: false,
  }))
  expect(foundCommands(commands, 'POW').map(({ name }) => name)).toEqual(['power', 'Powers', 'setPower'])
  expect(foundCommands(commands, '').length).toBe(4)
})

it('draws a histogram over octaves, so that few slow answers are seen beside many fast ones', () => {
  const bars = histogramBars([
    { fromMs: 1, toMs: 2, count: 1000 },
    { fromMs: 8, toMs: 16, count: 1 },
  ])
  expect(bars.map(({ left, width, height }) => [left, width, height])).toEqual([
    [0, 0.25, 1],
    [0.75, 0.25, 0.02],
  ])
  expect(histogramBars([])).toEqual([])
  const all = histogramBars([{ fromMs: 0, toMs: 0.5, count: 3 }])
  expect(all).toMatchObject([{ left: 0, width: 1, height: 1 }])
})

it('reads the next sequence number of M2 to the digit', () => {
  expect(nextSequenceId('{"id": "cmd_a", "sequence_id": 2147483647}')).toBe('2147483647')
  expect([nextSequenceId('{"id": "evt_a"}'), nextSequenceId('[')]).toEqual([null, null])
})

describe('settings of calls', () => {
  const all = [
    { protocol: 'tcpy', mode: 'session', timeoutMs: 5, maximumReplyBytes: 77, maximumInFlight: 3 },
    { protocol: 'm2', timeoutMs: null, telemetryPort: 1, sequence: 'shared', heartbeatEveryMs: 60 },
    { protocol: 'm2', telemetryPort: null },
    {
      protocol: 'jsonrpc',
      framing: 'length-prefix',
      lengthField: 'u16le',
      timeoutMs: 9,
      maximumReplyBytes: 88,
      identifiers: 'texts',
      serverCalls: 'refuse',
    },
  ].map((settings) => v.parse(callSettings, settings))

  it('change nothing that was not typed', () => {
    expect(all.map((settings) => callSettingsOf(callSettingsDraftOf(settings)))).toEqual(all)
    expect(callSettingsOf(callSettingsDraftOf(null))).toBeNull()
  })

  it('tell what is wrong at its field', () => {
    const draft = {
      ...callSettingsDraftOf(v.parse(callSettings, { protocol: 'm2' })),
      m2TimeoutMs: 'soon',
      hasHeartbeat: true,
      heartbeatEveryMs: '9',
    }
    expect(Object.keys(callSettingsErrors({ ...draft, telemetryPort: '70000' }, '50000')).sort()).toEqual([
      'heartbeatEveryMs',
      'telemetryPort',
      'timeoutMs',
    ])
    expect(callSettingsErrors({ ...draft, telemetryPort: '50000' }, '50000').telemetryPort?.code).toBe(
      'telemetry-port-same',
    )
    expect(callSettingsOf(draft)).toBeUndefined()
  })

  it('are summed up in a few words', () => {
    expect(all.map(settingsSummary)).toEqual([
      'tcpy, the open one, turn by turn',
      'M2, telemetry on 1',
      'M2, without telemetry',
      'JSON-RPC, after a binary length',
    ])
  })
})

/** A whole number of any size, kept as its digits. */
class BigIntText {
  readonly text: string
  private constructor(text: string) {
    this.text = text
  }
  static of(value: bigint): BigIntText {
    return new BigIntText(value.toString())
  }
}
