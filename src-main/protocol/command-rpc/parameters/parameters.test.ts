import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { callRequest, type CallProtocol, type CallRequestInput } from '../../../contract/schemas/call-settings.ts'
import { formatJson } from '../../json/format-json.ts'
import { refusal } from '../testing/play-calls.ts'
import { pairsOfWords } from './pairs.ts'
import { parametersAsJsonText, readCallDraft } from './read-call-draft.ts'

function read(parameters: CallRequestInput['parameters'], protocol: CallProtocol = 'jsonrpc', command = 'x'): string {
  const draft = readCallDraft(v.parse(callRequest, { command, parameters }), protocol)
  return draft.parameters === null ? '' : formatJson(draft.parameters, 'compact')
}

const pairs = (text: string): string => read({ notation: 'pairs', text })
const json = (text: string, protocol?: CallProtocol): string => read({ notation: 'json', text }, protocol)
const form = (...parameters: readonly (readonly [string, string, string])[]) => ({
  notation: 'form' as const,
  parameters: parameters.map(([name, type, value]) => ({ name, type: type as 'text', value })),
})

describe('pairs', () => {
  test.each([
    ['', ''],
    ['  \n ', ''],
    ['x:=1 y=2', '{"x":1,"y":"2"}'],
    [
      'label=hello\nnote="two words"\tother=\'it\\\'s "so"\'',
      '{"label":"hello","note":"two words","other":"it\'s \\"so\\""}',
    ],
    ['empty= zero:=0', '{"empty":"","zero":0}'],
    ['pos:=[1, 2.50, {"a b": "]"}] flag:=true', '{"pos":[1,2.50,{"a b":"]"}],"flag":true}'],
    ['quoted:=\'{"a": 1}\' big:=18446744073709551615', '{"quoted":{"a":1},"big":18446744073709551615}'],
    ['s:="a b=c"', '{"s":"a b=c"}'],
    ['path=C:\\temp url=http://a/?b=c', '{"path":"C:\\\\temp","url":"http://a/?b=c"}'],
    ['"odd name"=1 a:b=2 name=it\'s', '{"odd name":"1","a:b":"2","name":"it\'s"}'],
    ['t="\\u00e9\\n\\\\"', '{"t":"é\\n\\\\"}'],
  ])('%s', (text, expected) => {
    expect(pairs(text)).toBe(expected)
  })

  test.each([
    ['x', { position: 2 }],
    ['x=1 =2', { position: 5 }],
    ['x="a', { position: 3, found: '"""' }],
    ['x="a"b', { position: 6 }],
    ['x="\\q"', { position: 4 }],
    ['a b=1', { position: 2 }],
    ['"a"b=1', { position: 4 }],
    ['x:=[1, y=2', { name: 'x', position: 8 }],
    ['x:=', { name: 'x', position: 4 }],
    ['x:=tru y=1', { name: 'x', position: 7 }],
    ['x=1 x=2', { name: 'x', position: 5, reason: 'It is given twice.' }],
  ])('%s is refused at its place', (text, data) => {
    expect(refusal(() => pairs(text))?.data).toMatchObject(data)
  })

  test('words of a command line are read as they were given', () => {
    const words = ['x:=1', "note=it's two words\\n", 's:="a b"', 'a b=c', 'equation=a=b']
    expect(pairs(pairsOfWords(words))).toBe(
      '{"x":1,"note":"it\'s two words\\\\n","s":"a b","a b":"c","equation":"a=b"}',
    )
    expect(refusal(() => pairs(pairsOfWords(['novalue'])))?.code).toBe('call-parameters-malformed')
    expect(refusal(() => pairs(pairsOfWords(['=x'])))?.code).toBe('call-parameters-malformed')
  })

  test('any names and texts survive being words', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/[=]/.test(text) && !text.endsWith(':'))
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, fc.string()), { selector: ([key]) => key, minLength: 1 }), (words) => {
        const text = pairsOfWords(words.map(([key, value]) => `${key}=${value}`))
        const expected = `{${words.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
        expect(pairs(text)).toBe(expected)
      }),
    )
  })

  test('whatever is written is read or refused by a code', () => {
    const letters = fc.constantFrom(...Array.from('ab= :"\'\\{}[]1,\n\tu'))
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 40 }), (characters) => {
        const code = refusal(() => pairs(characters.join('')))?.code
        expect([undefined, 'call-parameters-malformed', 'call-parameter-malformed']).toContain(code)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a form', () => {
  test('every type', () => {
    const parameters = form(
      ...([
        ['a', 'text', ' 1 '],
        ['b', 'integer', ' 00123456789012345678901234567890 '],
        ['c', 'integer', '-0x10'],
      ] as const),
      ...([
        ['d', 'number', '1.50'],
        ['e', 'number', '-Infinity'],
        ['f', 'boolean', 'True'],
        ['g', 'null', ''],
      ] as const),
      ...([
        ['h', 'json', '{"x": [1.0, null]}'],
        ['i', 'datetime', '2014-05-06 07:08:09'],
        ['j', 'bytes', '00:ff'],
      ] as const),
    )
    expect(read(parameters, 'tcpy')).toBe(
      '{"a":" 1 ","b":123456789012345678901234567890,"c":-16,"d":1.50,"e":-Infinity,"f":true,"g":null,' +
        '"h":{"x":[1.0,null]},"i":{"$datetime":"2014-05-06T07:08:09.000000"},"j":{"$hex":"00 ff"}}',
    )
  })

  test.each([
    ['integer', '1.5'],
    ['integer', ''],
    ['integer', '+-1'],
    ['number', '1,5'],
    ['number', '"1"'],
    ['boolean', 'yes'],
    ['json', '{x}'],
    ['datetime', '2014-02-30T00:00:00'],
    ['bytes', '0'],
  ])('%s cannot be %j', (type, value) => {
    const error = refusal(() => read(form(['p', type, value]), 'tcpy'))
    expect(error).toMatchObject({ code: 'call-parameter-malformed', data: { name: 'p' } })
    expect(error?.data.reason).not.toBe('')
  })

  test('of two with one name the wrong one is told by its place', () => {
    const wrong = refusal(() => read(form(['x', 'json', ''], ['y', 'text', ''], ['x', 'text', '1']), 'tcpy'))
    expect(wrong?.data).toMatchObject({ name: 'x', index: 0 })
  })

  test('dates and bytes are for tcpy alone', () => {
    for (const type of ['datetime', 'bytes']) {
      expect(refusal(() => read(form(['p', type, '00']), 'm2'))?.code).toBe('call-parameter-malformed')
    }
  })

  test('positional parameters are an array in JSON-RPC, and names elsewhere', () => {
    const parameters = { ...form(['x', 'integer', '1'], ['y', 'text', 'a']), positional: true }
    expect(read(parameters)).toBe('[1,"a"]')
    expect(read(parameters, 'm2')).toBe('{"x":1,"y":"a"}')
    expect(read(form())).toBe('')
  })

  test('a name may not come twice', () => {
    expect(refusal(() => read(form(['x', 'text', ''], ['x', 'text', ''])))?.data).toEqual({
      name: 'x',
      index: 1,
      reason: 'It is given twice.',
    })
  })
})

describe('JSON', () => {
  test('numbers stay as they are written', () => {
    expect(json('{"a": 1.0, "b": 18446744073709551615, "c": 1e400}')).toBe(
      '{"a":1.0,"b":18446744073709551615,"c":1e400}',
    )
    expect(json(' ')).toBe('')
    expect(json('[1, {"a": 2}]')).toBe('[1,{"a":2}]')
  })

  test.each([
    ['{"a": }', 'jsonrpc', { position: 7, line: 1, column: 7 }],
    ['{\n"a": 1,}', 'jsonrpc', { position: 10, line: 2, column: 8 }],
    ['[1]', 'tcpy', { position: 1 }],
    [' 5', 'jsonrpc', { position: 2 }],
    ['{"a": 1, "a": 2}', 'm2', { name: 'a', position: 10, reason: 'It is given twice.' }],
  ] as const)('%s is refused in %s', (text, protocol, data) => {
    expect(refusal(() => json(text, protocol))?.data).toMatchObject(data)
  })
})

test('commands and kinds that a protocol has not are refused', () => {
  const draft = (request: CallRequestInput, protocol: CallProtocol) =>
    refusal(() => readCallDraft(v.parse(callRequest, request), protocol))?.code ?? 'fine'
  const kinds = ['call', 'notification', 'event', 'telemetry'] as const
  const table = (['tcpy', 'm2', 'jsonrpc'] as const).map((protocol) =>
    kinds.map((kind) => draft({ kind, command: 'x' }, protocol)),
  )
  const no = 'call-kind-impossible'
  expect(table).toEqual([
    ['fine', 'fine', no, no],
    ['fine', no, 'fine', 'fine'],
    ['fine', 'fine', no, no],
  ])
  expect([draft({ command: null }, 'tcpy'), draft({ command: null }, 'm2'), draft({ command: ' ' }, 'tcpy')]).toEqual([
    'fine',
    'command-required',
    'command-required',
  ])
})

test('parameters of every notation as indented JSON', () => {
  const text = (parameters: CallRequestInput['parameters']) =>
    parametersAsJsonText(v.parse(callRequest, { command: '', parameters }), 'tcpy')
  expect(text({ notation: 'pairs', text: 'x:=1.0 at=now' })).toBe('{\n  "x": 1.0,\n  "at": "now"\n}')
  expect(text(form(['b', 'bytes', '01']))).toBe('{\n  "b": {\n    "$hex": "01"\n  }\n}')
  expect(text(undefined)).toBe('')
})
