import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { exampleCommands } from '../../../../src-main/contract/example-commands.ts'
import { tableCommand } from '../../../../src-main/contract/schemas/command-table.ts'
import { replyRule } from '../../../../src-main/contract/schemas/reply-rules.ts'
import { serverFaults } from '../../../../src-main/contract/schemas/server-faults.ts'
import { parseFaultSpec } from '../../../../src-main/protocol/server-faults/fault-spec.ts'
import { faultSentence } from '../../../strings/server-faults.ts'
import { copyOfCommand, draftOfCommand, newCommand, newStep, readCommand } from '../commands/command-draft.ts'
import { readTableText, tableAsText } from '../commands/table-file.ts'
import { copyName } from '../copy-name.ts'
import { draftOfFaults, faultKinds, readFault, readFaults } from '../faults/fault-draft.ts'
import { copyOfRule, draftOfRule, newRule, readRule } from '../rules/rule-draft.ts'
import { numberOf, textOf, wholeNumberOf } from '../typed-number.ts'
import { newKey, withMoved } from './keyed.ts'
import { problemsAt } from './server-check.svelte.ts'
import { offsetOf } from './text-place.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const name = fc.string({ minLength: 1, maxLength: 40 })
const milliseconds = fc.oneof(fc.integer({ min: 0, max: 3_600_000 }), fc.double({ min: 0.001, max: 1000, noNaN: true }))
/** A key may have no comma in it and no space around it: that is how it is written. */
const requiredKey = fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.replaceAll(/[,\s]/g, '-'))

const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), template: anyText }),
  fc.record({
    kind: fc.constant('expect' as const),
    requiredKeys: fc.array(requiredKey, { maxLength: 4 }),
    timeoutMs: fc.option(milliseconds),
  }),
  fc.record({ kind: fc.constant('delay' as const), delayMs: milliseconds }),
  fc.record({ kind: fc.constant('finish' as const) }),
)
const action = fc.oneof(
  fc.record({ kind: fc.constant('reply' as const), template: anyText, raw: fc.boolean() }),
  fc.record({
    kind: fc.constant('error' as const),
    message: anyText,
    code: fc.integer({ min: -100_000, max: 100_000 }),
    extraTemplate: anyText,
  }),
  fc.record({ kind: fc.constant('steps' as const), steps: fc.array(step, { maxLength: 5 }), template: anyText }),
  fc.record({ kind: fc.constant('script' as const), source: anyText }),
)
const command = fc
  .record({
    name,
    notes: anyText,
    parameters: fc.array(fc.record({ name, required: fc.boolean() }), { maxLength: 4 }),
    acceptsOthers: fc.boolean(),
    delayMs: milliseconds,
    action,
  })
  .map((given) => v.parse(tableCommand, given))

const path = fc.string({ minLength: 1, maxLength: 30 })
const equalsText = fc.option(anyText)
const where = fc.constantFrom('anywhere' as const, 'at-start' as const, 'whole' as const)
const match = fc.oneof(
  fc.constant({ kind: 'any' as const }),
  fc.record({ kind: fc.constant('text' as const), text: path, where, ignoresCase: fc.boolean() }),
  fc.record({ kind: fc.constant('hex' as const), pattern: path, where }),
  fc.record({ kind: fc.constant('regular-expression' as const), expression: path, ignoresCase: fc.boolean() }),
  fc.record({ kind: fc.constant('json' as const), path, equalsText }),
  fc.record({ kind: fc.constant('structure' as const), structureId: fc.constant('structure-1'), path, equalsText }),
)
const content = fc.oneof(
  fc.record({ mode: fc.constant('text' as const), text: anyText, lineEnding: fc.constantFrom('none' as const, 'lf') }),
  fc.record({ mode: fc.constant('hex' as const), hex: anyText }),
  fc.record({ mode: fc.constant('json' as const), text: anyText }),
  fc.record({ mode: fc.constant('structure' as const), structureId: fc.constant('structure-1' as const) }),
)
const rule = fc
  .record({
    ruleId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
    name: anyText,
    isOn: fc.boolean(),
    match,
    actions: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('reply' as const), message: fc.record({ content, framed: fc.boolean() }) }),
        fc.record({ kind: fc.constant('delay' as const), delayMs: milliseconds }),
        fc.constant({ kind: 'end' as const }),
        fc.constant({ kind: 'reset' as const }),
      ),
      { maxLength: 4 },
    ),
    timesPerClient: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    passesOn: fc.boolean(),
  })
  .map((given) => v.parse(replyRule, given))

describe('a draft stands for what it was made of', () => {
  it('commands', () => {
    fc.assert(
      fc.property(command, (given) => {
        expect(readCommand(draftOfCommand(given)).value).toEqual(given)
        expect(readCommand(copyOfCommand(draftOfCommand(given), given.name)).value).toEqual(given)
      }),
    )
  })

  it('rules; a copy has an identifier of its own', () => {
    fc.assert(
      fc.property(rule, (given) => {
        const draft = draftOfRule(given)
        expect(readRule(draft).value).toEqual(given)
        const copy = readRule(copyOfRule(draft)).value
        expect(copy).toEqual({ ...given, ruleId: copy?.ruleId })
        expect(copy?.ruleId).not.toBe(given.ruleId)
      }),
    )
  })

  it('faults, whatever their order', () => {
    const given = parseFaultSpec([
      'split:4,gap=10 throttle:1000 delay:20,jitter=30 coalesce:5 reset:9 half-close:8 stall:7 cut-message:2',
      'flip-bits:1e-7 garbage:0.2,max=32 drop:0.1 mute refuse:3 seed:42',
    ])
    const ordered = faultKinds.flatMap((kind) => given.faults.filter((fault) => fault.kind === kind))
    expect(readFaults(draftOfFaults(given)).value).toEqual({ seed: 42, faults: ordered })
    expect(ordered.map(faultSentence).filter((sentence) => !/^[A-Z].*\.$/.test(sentence))).toEqual([])
  })

  it('the examples, as a file as well', () => {
    const commands = exampleCommands.commands.map((command) => readCommand(draftOfCommand(command)).value)
    expect(commands).toEqual(exampleCommands.commands)
    expect(readTableText(tableAsText(exampleCommands))).toEqual({ ok: true, table: exampleCommands })
  })
})

describe('what is wrong is told at its field', () => {
  it('of a command', () => {
    const draft = {
      ...newCommand(''),
      delayMs: '-1',
      parameters: [{ key: newKey(), name: '', required: true }],
      action: 'steps' as const,
      steps: [newStep('send'), { ...newStep('expect'), timeoutMs: 'long' }, { ...newStep('delay'), delayMs: '' }],
    }
    expect([...readCommand(draft).problems.keys()].toSorted()).toEqual([
      'action.steps.1.timeoutMs',
      'action.steps.2.delayMs',
      'delayMs',
      'name',
      'parameters.0.name',
    ])
  })

  it('of a rule', () => {
    const draft = { ...newRule(), timesPerClient: '0' }
    expect([...readRule(draft).problems.keys()].toSorted()).toEqual(['match.text', 'timesPerClient'])
  })

  it('of a fault that is on; one that is off is no matter', () => {
    const draft = draftOfFaults(v.parse(serverFaults, {}))
    const drop = { isOn: true, fields: { probability: '1.5' } }
    const wrong = { ...draft, faults: { ...draft.faults, drop } }
    expect([...readFault(wrong, 'drop').problems.keys()]).toEqual(['probability'])
    expect(readFaults(wrong).ok).toBe(false)
    expect(readFaults({ ...wrong, faults: { ...wrong.faults, drop: { ...drop, isOn: false } } }).ok).toBe(true)
    expect(readFaults({ ...draft, seed: '4294967296' }).ok).toBe(false)
  })

  it('as the engine names it, also where names have dots', () => {
    const error = { code: 'template-malformed', kind: 'LocalMisuse', message: 'Wrong.', data: {} } as const
    const problems = ['table.a.template', 'table.a.b.steps.2', 'table.ab'].map((place) => ({ place, error }))
    const at = (named: string) => [...problemsAt(problems, { part: 'table', name: named }, ['a', 'a.b', 'ab']).keys()]
    expect({ a: at('a'), 'a.b': at('a.b'), ab: at('ab') }).toEqual({ a: ['template'], 'a.b': ['steps.2'], ab: [''] })
  })

  it('in a file that is no table', () => {
    expect(readTableText('{')).toMatchObject({ ok: false })
    expect(readTableText('{"commands": [{"name": 5}]}')).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^At commands\.0\.name: /) as string,
    })
  })
})

describe('small things', () => {
  it('numbers are read as they are written', () => {
    expect(['0', ' 42 ', '1_000', '0.5', '1e-7', '', '-1', '1.', 'x', '0x1'].map(numberOf)).toEqual([
      0,
      42,
      1000,
      0.5,
      1e-7,
      NaN,
      NaN,
      NaN,
      NaN,
      NaN,
    ])
    expect(wholeNumberOf('1.5')).toBeNaN()
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
        expect(numberOf(textOf(value))).toBe(value === 0 ? 0 : value)
      }),
    )
  })

  it('a copy has the first free number', () => {
    expect(copyName('Echo', new Set(['Echo']))).toBe('Echo 2')
    expect(copyName('Echo 2', new Set(['Echo', 'Echo 2', 'Echo 3']))).toBe('Echo 4')
  })

  it('moving keeps all, in any place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constant(0), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.integer(),
        (some, from, to) => {
          const items = some.map(() => ({ key: newKey() }))
          const moved = items[from % items.length] ?? { key: -1 }
          const result = withMoved(items, moved.key, to)
          expect(result.filter((item) => item !== moved)).toEqual(items.filter((item) => item !== moved))
          expect(result.indexOf(moved)).toBe(Math.max(0, Math.min(items.length - 1, to)))
        },
      ),
    )
  })

  it('line and column become a place in the text', () => {
    expect([
      offsetOf('ab\ncd', 1, 1),
      offsetOf('ab\ncd', 2, 2),
      offsetOf('ab\ncd', 2, 99),
      offsetOf('ab', 3, 1),
      offsetOf('ab', undefined, 1),
    ]).toEqual([0, 4, 5, null, null])
  })
})
