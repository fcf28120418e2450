import { expect, test } from 'vitest'
import { checkRules } from './check-rules.ts'
import { reply, rulesOf, type GivenRule } from './testing/rule-play.ts'

const check = (...rules: readonly GivenRule[]): unknown =>
  checkRules(rulesOf(rules), () => null).map(({ place, error }) => [place, error.code])

const text: GivenRule['match'] = { kind: 'text', text: 'a' }

test.each<[string, GivenRule, unknown]>([
  ['nothing', { match: text, actions: [reply('{{$captured message}} {{$counter n}} \\{{x}}')] }, []],
  ['a hex pattern', { match: { kind: 'hex', pattern: '0g' } }, [['rules.r1.match.pattern', 'rule-pattern-malformed']]],
  ['half a byte', { match: { kind: 'hex', pattern: '01 2' } }, [['rules.r1.match.pattern', 'rule-pattern-malformed']]],
  ['no bytes', { match: { kind: 'hex', pattern: ' ' } }, [['rules.r1.match.pattern', 'rule-pattern-malformed']]],
  [
    'half a character',
    { match: { kind: 'text', text: '\ud800' } },
    [['rules.r1.match.text', 'rule-pattern-malformed']],
  ],
  [
    'an expression',
    { match: { kind: 'regular-expression', expression: '(' } },
    [['rules.r1.match.expression', 'rule-pattern-malformed']],
  ],
  ['a path', { match: { kind: 'json', path: 'a[' } }, [['rules.r1.match.path', 'json-path-malformed']]],
  [
    'a value',
    { match: { kind: 'json', path: 'a', equalsText: 'add' } },
    [['rules.r1.match.equalsText', 'json-malformed']],
  ],
  [
    'a structure',
    { match: { kind: 'structure', structureId: 'gone', path: 'id' } },
    [['rules.r1.match.structureId', 'structure-not-found']],
  ],
  [
    'a rule that is off',
    { match: { kind: 'hex', pattern: 'x' }, isOn: false },
    [['rules.r1.match.pattern', 'rule-pattern-malformed']],
  ],
  [
    'a variable, which servers do not have',
    { match: text, actions: [{ kind: 'delay', delayMs: 1 }, reply('{{host}}')] },
    [['rules.r1.actions.1', 'variable-unknown']],
  ],
  ['a placeholder', { match: text, actions: [reply('{{$when}}')] }, [['rules.r1.actions.0', 'placeholder-malformed']]],
  [
    'groups that are there',
    {
      match: { kind: 'regular-expression', expression: '(a)|(?<b>c)' },
      actions: [reply('{{$captured 0}}{{$captured 2}}{{$captured b}}')],
    },
    [],
  ],
  [
    'a group that is not there',
    {
      match: { kind: 'regular-expression', expression: '(a)' },
      actions: [reply('{{$captured 1}}'), reply('{{$captured 2}}')],
    },
    [['rules.r1.actions.1', 'captured-unknown']],
  ],
  [
    'a value where none is captured',
    { match: text, actions: [reply('{{$captured value}}')] },
    [['rules.r1.actions.0', 'captured-unknown']],
  ],
  [
    'a structure of a reply',
    { match: text, actions: [{ kind: 'reply', message: { content: { mode: 'structure', structureId: 'gone' } } }] },
    [['rules.r1.actions.0', 'structure-not-found']],
  ],
])('%s', (_, rule, problems) => {
  expect(check(rule)).toEqual(problems)
})

test('the place in a hex pattern is told', () => {
  const [problem] = checkRules(rulesOf([{ match: { kind: 'hex', pattern: '01 ?z' } }]), () => null)
  expect(problem?.error.message).toBe(
    'The pattern of the rule is malformed at character 5. A byte has two digits; ?? stands for any byte.',
  )
})

test('every rule is looked at, in order', () => {
  expect(
    check(
      { match: { kind: 'hex', pattern: 'x' }, actions: [reply('{{x}}')] },
      { match: text },
      { match: { kind: 'json', path: '[' } },
    ),
  ).toEqual([
    ['rules.r1.match.pattern', 'rule-pattern-malformed'],
    ['rules.r1.actions.0', 'variable-unknown'],
    ['rules.r3.match.path', 'json-path-malformed'],
  ])
})
