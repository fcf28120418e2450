import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { exampleCommands } from '../../contract/example-commands.ts'
import { commandTable, type TableCommand } from '../../contract/schemas/command-table.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import { ScriptThread } from '../scripts/script-thread.ts'
import { checkTable } from './check-table.ts'

type CommandInput = v.InferInput<typeof commandTable>['commands'][number]

/** Problems as `PLACE CODE REASON`. */
async function problemsOf(commands: readonly (CommandInput | TableCommand)[]): Promise<string[]> {
  const table = v.parse(commandTable, { commands: [...commands] })
  const problems = await checkTable(table, new ScriptThread(new SystemClock()))
  return problems.map(({ place, error }) => `${place} ${error.code} ${error.message}`)
}

describe('checking a command table', () => {
  it('finds nothing wrong with the examples', async () => {
    expect(await problemsOf(exampleCommands.commands)).toEqual([])
  })

  it('tells every template and script that cannot be read, at its place', async () => {
    const problems = await problemsOf([
      { name: 'reply', action: { kind: 'reply', template: '{"a": }' } },
      {
        name: 'unknown',
        parameters: [{ name: 'x' }],
        action: { kind: 'reply', template: '[{{x.a}}, {{y}}, {{$clock}}]' },
      },
      { name: 'any', acceptsOthers: true, action: { kind: 'reply', template: '[{{y}}, {{$received.a}}]' } },
      { name: 'error', action: { kind: 'error', message: 'no {{who}}', extraTemplate: '[1]' } },
      {
        name: 'steps',
        action: { kind: 'steps', steps: [{ kind: 'expect' }, { kind: 'send', template: '{{' }], template: '1 2' },
      },
      { name: 'script', action: { kind: 'script', source: 'let a = 1\nlet a = 2' } },
      { name: 'twice', parameters: [{ name: 'x' }, { name: 'x' }], action: { kind: 'reply', template: '1' } },
    ])
    expect(problems).toEqual([
      expect.stringMatching(/^table\.reply\.template template-malformed .*line 1, column 7\. /),
      expect.stringMatching(/^table\.unknown\.template template-malformed .*There is no "y" here: .* x, \$request,/),
      expect.stringMatching(/^table\.unknown\.template template-malformed .*There is no "\$clock" here/),
      expect.stringMatching(/^table\.error\.message template-malformed .*There is no "who" here/),
      expect.stringMatching(/^table\.error\.extraTemplate template-malformed .*It has to be an object/),
      expect.stringMatching(/^table\.steps\.steps\.2 template-malformed .*has to end with }}/),
      expect.stringMatching(/^table\.steps\.template template-malformed /),
      expect.stringMatching(/^table\.script\.source script-malformed The script cannot be read at line 2\. /),
      expect.stringMatching(/^table\.twice\.parameters template-malformed .*"x" is there twice/),
    ])
  })
})
