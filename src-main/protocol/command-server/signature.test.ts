import { describe, expect, it } from 'vitest'
import { namesProblem, pythonSignatureProblem, type Signature } from './signature.ts'

const signature = (text: string): Signature => ({
  parameters: text
    .split(' ')
    .filter((name) => name !== '' && name !== '**')
    .map((name) => ({ name: name.replace('?', ''), required: !name.endsWith('?') })),
  acceptsOthers: text.endsWith('**'),
})

describe('6.1.18 parameters that do not fit, in the words of tcpy', () => {
  it.each([
    ['x y', ['x', 'y'], null],
    ['x y', ['x'], '__init__() takes exactly 3 arguments (2 given)'],
    ['x y', [], '__init__() takes exactly 3 arguments (1 given)'],
    ['x y', ['x', 'y', 'z'], "__init__() got an unexpected keyword argument 'z'"],
    ['x y', ['z'], "__init__() got an unexpected keyword argument 'z'"],
    ['', ['x'], "__init__() got an unexpected keyword argument 'x'"],
    ['', [], null],
    ['x y?', [], '__init__() takes at least 2 arguments (1 given)'],
    ['x y?', ['y'], '__init__() takes at least 2 arguments (2 given)'],
    ['x y?', ['x'], null],
    ['x **', ['x', 'anything'], null],
    ['x **', ['anything'], '__init__() takes exactly 2 arguments (1 given)'],
    ['x', ['x', 'self'], "__init__() got multiple values for keyword argument 'self'"],
  ])('(self %s) called with %j', (text, given, problem) => {
    expect(pythonSignatureProblem(signature(text), given)).toBe(problem)
  })
})

describe('parameters that do not fit, in plain words', () => {
  it.each([
    ['x y?', ['x'], null],
    ['x y?', ['y'], 'The parameter "x" is missing.'],
    ['x', ['x', 'z'], 'There is no parameter "z".'],
    ['x **', ['x', 'z'], null],
  ])('(%s) called with %j', (text, given, problem) => {
    expect(namesProblem(signature(text), new Set(given))).toBe(problem)
  })
})
