import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  callCatalogue,
  callRequest,
  type CallCatalogue,
  type CallProtocol,
  type CallRequestInput,
} from '../../../contract/schemas/call-settings.ts'
import { readCallDraft } from '../parameters/read-call-draft.ts'
import { learnCommand } from './learn-command.ts'

const empty: CallCatalogue = { commands: [] }
const json = (text: string) => ({ notation: 'json' as const, text })

function learn(catalogue: CallCatalogue, input: CallRequestInput, protocol: CallProtocol = 'jsonrpc'): CallCatalogue {
  const request = v.parse(callRequest, input)
  const learnt = learnCommand(catalogue, request, readCallDraft(request, protocol), protocol)
  // Whatever is learnt can be kept in a profile.
  expect(v.safeParse(callCatalogue, learnt).issues).toBeUndefined()
  return learnt
}

const parametersOf = (catalogue: CallCatalogue, index = 0) =>
  catalogue.commands[index]?.parameters.map(
    ({ name, type, value, isIncluded }) => `${name}: ${type} = ${value}${isIncluded ? '' : ' (left out)'}`,
  )

test('a new command with the types of its values', () => {
  const parameters = json(
    '{"t": "a b", "i": 18446744073709551615, "n": 1.50, "b": true, "z": null, "j": {"x": [1.0]}, "d": {"$datetime": "2014-05-06T07:08:09"}, "h": {"$hex": "00 ff"}}',
  )
  const learnt = learn(empty, { command: 'all', parameters }, 'tcpy')
  expect(learnt.commands[0]).toMatchObject({ name: 'all', kind: 'call', notes: '', positional: false, isLearnt: true })
  const common = [
    't: text = a b',
    'i: integer = 18446744073709551615',
    'n: number = 1.50',
    'b: boolean = true',
    'z: null = ',
  ]
  expect(parametersOf(learnt)).toEqual([
    ...common,
    'j: json = {"x":[1.0]}',
    'd: datetime = 2014-05-06T07:08:09',
    'h: bytes = 00 ff',
  ])
  expect(parametersOf(learn(empty, { command: 'all', parameters }))?.slice(-2)).toEqual([
    'd: json = {"$datetime":"2014-05-06T07:08:09"}',
    'h: json = {"$hex":"00 ff"}',
  ])
})

test('the types of a form are taken as they were chosen', () => {
  const parameters = { notation: 'form' as const, parameters: [{ name: 'x', type: 'number' as const, value: ' 1 ' }] }
  expect(parametersOf(learn(empty, { command: 'a', parameters }))).toEqual(['x: number =  1 '])
})

test('the next call changes values and learnt types, leaves out what it has not, and adds what is new', () => {
  const first = learn(empty, { command: 'a', parameters: json('{"x": 1, "y": 2}') })
  expect(parametersOf(learn(first, { command: 'a', parameters: json('{"z": 3, "x": "one"}') }))).toEqual([
    'x: text = one',
    'y: integer = 2 (left out)',
    'z: integer = 3',
  ])
  expect(learn(first, { command: 'a', parameters: json('{"y": 2, "x": 1}') })).toBe(first)
})

test('what a person has entered is kept: notes, types, required, time', () => {
  const entered = v.parse(callCatalogue, {
    commands: [
      {
        name: 'a',
        notes: 'careful',
        timeoutMs: 5,
        parameters: [
          { name: 'x', type: 'number', required: true, notes: 'in mm', value: '5' },
          { name: 'y', type: 'boolean', value: 'true' },
          { name: 'z', required: true },
        ],
      },
    ],
  })
  const learnt = learn(entered, { command: 'a', parameters: json('{"x": 1, "y": "no"}') })
  expect(learnt.commands).toEqual([
    {
      ...entered.commands[0],
      parameters: [
        { name: 'x', type: 'number', required: true, notes: 'in mm', value: '1', isIncluded: true },
        { name: 'y', type: 'boolean', required: false, notes: '', value: 'true', isIncluded: true },
        { name: 'z', type: 'text', required: true, notes: '', value: '', isIncluded: true },
      ],
    },
  ])
})

test('parameters by place have the names that are known, else numbers', () => {
  const first = learn(empty, { command: 'a', parameters: json('[1, "b"]') })
  expect(first.commands[0]?.positional).toBe(true)
  expect(parametersOf(first)).toEqual(['p1: integer = 1', 'p2: text = b'])
  const form = {
    notation: 'form' as const,
    positional: true,
    parameters: [{ name: 'width', type: 'integer' as const, value: '7' }],
  }
  expect(parametersOf(learn(empty, { command: 'b', parameters: form }))).toEqual(['width: integer = 7'])
})

test('a command and an event of one name are two', () => {
  const learnt = learn(learn(empty, { command: 'a' }, 'm2'), { command: 'a', kind: 'event' }, 'm2')
  expect(learnt.commands.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['call a', 'event a'])
})

describe('bounds', () => {
  test('no command, and names that are too long, teach nothing', () => {
    expect(learn(empty, { command: null }, 'tcpy')).toBe(empty)
    const long = 'n'.repeat(1001)
    const learnt = learn(empty, { command: 'a', parameters: json(`{"${long}": 1, "": 2, "x": 3}`) })
    expect(parametersOf(learnt)).toEqual(['x: integer = 3'])
  })

  test('values of more than 4096 units are not kept', () => {
    const text = (length: number) => json(JSON.stringify({ x: 'v'.repeat(length) }))
    const first = learn(empty, { command: 'a', parameters: text(4097) })
    expect(parametersOf(first)).toEqual(['x: text = '])
    const second = learn(first, { command: 'a', parameters: text(4096) })
    expect(parametersOf(second)).toEqual([`x: text = ${'v'.repeat(4096)}`])
    expect(parametersOf(learn(second, { command: 'a', parameters: text(4097) }))).toEqual(parametersOf(second))
  })

  test('values of parameters that are named like secrets are not kept', () => {
    const parameters = json('{"user": "ann", "password": "hunter2", "apiKey": "k", "pin": 1234, "spin": 2}')
    expect(parametersOf(learn(empty, { command: 'login', parameters }))).toEqual([
      'user: text = ann',
      'password: text = ',
      'apiKey: text = ',
      'pin: integer = ',
      'spin: integer = 2',
    ])
  })

  test('at most 2000 commands and 256 parameters', () => {
    const many = (count: number, from = 0) =>
      json(JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${from + index}`, 1]))))
    const learnt = learn(empty, { command: 'a', parameters: many(300) })
    expect(parametersOf(learnt)).toHaveLength(256)
    expect(parametersOf(learn(learnt, { command: 'a', parameters: many(10, 1000) }))).toHaveLength(256)
    const [command] = learnt.commands
    const full = { commands: Array.from({ length: 2000 }, (_, index) => ({ ...command!, name: `c${index}` })) }
    expect(learn(full, { command: 'new' })).toBe(full)
  })
})
