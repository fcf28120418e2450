import * as v from 'valibot'
import { commandTable, type CommandTable } from './schemas/command-table.ts'

/**
 * Commands to begin with, for servers of the kinds `command` and `jsonrpc`: `add` (a script), `boom` (an error), `chat` (a
 * conversation of three turns), `echo` (a template) and `slow` (a delay).
 */
export const exampleCommands: CommandTable = v.parse(commandTable, {
  commands: [
    {
      name: 'add',
      notes: 'Adds two numbers, by a script.',
      parameters: [{ name: 'x' }, { name: 'y' }],
      action: {
        kind: 'script',
        // Whole numbers of any size stay exact.
        source: [
          'const { x, y } = parameters',
          "const areWhole = [x, y].every((value) => typeof value === 'bigint' || Number.isSafeInteger(value))",
          'return { solution: areWhole ? BigInt(x) + BigInt(y) : x + y }',
        ].join('\n'),
      },
    },
    {
      name: 'boom',
      notes: 'Always fails.',
      action: { kind: 'error', message: 'boom happened' },
    },
    {
      name: 'chat',
      notes: 'Asks, waits, answers, waits again and ends: each turn is a message on the same connection.',
      action: {
        kind: 'steps',
        steps: [
          { kind: 'send', template: '{"prompt": "Say something."}' },
          { kind: 'expect' },
          { kind: 'send', template: '{"echo": {{$received}}, "n": 1}' },
          { kind: 'expect' },
        ],
        template: '{"final": {{$received}}}',
      },
    },
    {
      name: 'echo',
      notes: 'Sends every parameter back, and how often it was called.',
      acceptsOthers: true,
      action: { kind: 'reply', template: '{"echo": {{$request}}, "count": {{$count}}}' },
    },
    {
      name: 'slow',
      notes: 'Takes a second, during which a worker is busy.',
      delayMs: 1000,
      action: { kind: 'reply', template: '{"waited": "1 s"}' },
    },
  ],
  // Also on a machine that is busy with something else.
  scriptLimits: { timeMs: 5000 },
} satisfies v.InferInput<typeof commandTable>)
