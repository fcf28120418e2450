import { afterEach, describe, expect, it } from 'vitest'
import type { ScriptLimits } from '../../contract/schemas/command-table.ts'
import { formatJson } from '../../protocol/json/format-json.ts'
import { parseJsonDocument } from '../../protocol/json/parse-json.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import { ScriptThread } from './script-thread.ts'

/** Enough for every script that ends, however busy the machine is. */
const limits: ScriptLimits = { timeMs: 20_000, memoryBytes: 16 * 1024 * 1024 }
const opened: ScriptThread[] = []

afterEach(async () => {
  for (const thread of opened.splice(0)) await thread.close()
})

/** The sandbox gets all the time it needs to stop a script, unless told otherwise. */
function openThread(graceMs = 20_000): ScriptThread {
  const thread = new ScriptThread(new SystemClock(), { graceMs })
  opened.push(thread)
  return thread
}

/** What a script answers, as text: `= JSON`, `! message extra`, `nothing`; after it the code of an error. */
async function run(thread: ScriptThread, source: string, parametersText = '{}', given = limits): Promise<string> {
  const parameters = parseJsonDocument(parametersText)
  if (!parameters.ok) throw new Error(parameters.error.message)
  const { outcome, error } = await thread.run({ source, parameters: parameters.root, count: 1 }, given)
  const code = error === null ? '' : ` [${error.code}]`
  if (outcome.kind === 'result') return `= ${formatJson(outcome.value, 'compact')}${code}`
  if (outcome.kind !== 'error') return `${outcome.kind}${code}`
  const extra = outcome.extra === null ? '' : ` ${formatJson(outcome.extra, 'compact')}`
  return error === null ? `! ${outcome.message}${extra}` : `!${code}`
}

describe('a script', () => {
  it('sees its parameters and answers what it returns', async () => {
    const thread = openThread()
    const answers = [
      await run(thread, 'return { solution: parameters.x + parameters.y }', '{"x":1,"y":2}'),
      await run(thread, 'return parameters', '{"s":"n5","l":[true,null,1.5],"__proto__":{"a":1}}'),
      await run(thread, 'const unused = 1'),
      await run(thread, 'return null'),
      await run(thread, 'return count'),
    ]
    expect(answers).toEqual([
      '= {"solution":3}',
      '= {"s":"n5","l":[true,null,1.5],"__proto__":{"a":1}}',
      'nothing',
      '= null',
      '= 1',
    ])
  })

  it('gets whole numbers beyond 2^53 as BigInt and gives them back exact', async () => {
    const source = 'return { kind: typeof parameters.m, same: parameters.m, more: parameters.m + 1n, big: 2n ** 63n }'
    expect(await run(openThread(), source, '{"m":18410715311050326015}')).toBe(
      '= {"kind":"bigint","same":18410715311050326015,"more":18410715311050326016,"big":9223372036854775808}',
    )
  })

  it('gives back NaN and infinities, and half characters', async () => {
    expect(await run(openThread(), 'return [NaN, -1 / 0, parameters.a]', '{"a":[Infinity,"\\ud800"]}')).toBe(
      '= [NaN,-Infinity,[Infinity,"\\ud800"]]',
    )
  })

  it('keeps its state from call to call', async () => {
    const thread = openThread()
    const source = 'state.calls = (state.calls ?? 0) + 1; return state.calls'
    expect([await run(thread, source), await run(thread, source), await run(thread, 'return state')]).toEqual([
      '= 1',
      '= 2',
      '= {"calls":2}',
    ])
  })

  it('answers an error with what it throws, or with fail', async () => {
    const thread = openThread()
    const answers = [
      await run(thread, 'throw new Error("boom happened")'),
      await run(thread, 'fail("nope", { code: 42 })'),
      await run(thread, 'fail("big", { n: 2n ** 60n })'),
      await run(thread, 'throw 5'),
      await run(thread, 'missing()'),
      await run(thread, '(function deeper() { deeper() })()'),
      await run(thread, 'return Promise.resolve(1)'),
      await run(thread, 'const loop = {}; loop.self = loop; return loop'),
      await run(thread, 'let deep = []; for (let i = 0; i < 2000; i++) deep = [deep]; return deep'),
    ]
    expect(answers).toEqual([
      '! boom happened',
      '! nope {"code":42}',
      '! big {"n":1152921504606846976}',
      '! 5',
      "! 'missing' is not defined",
      '! stack overflow',
      '! A script must return its reply, not a promise of it.',
      '! circular reference',
      '! What the script returned cannot be read. It may be nested too deeply.',
    ])
  })

  it('that cannot be read is told with its line', async () => {
    const thread = openThread()
    expect(await thread.check('return 1')).toBeNull()
    expect(await thread.check('let a = 1\n\nlet b = ;')).toMatchObject({ code: 'script-malformed', data: { line: 3 } })
    expect(await thread.check('import "fs"')).toMatchObject({ code: 'script-malformed', data: { line: 1 } })
    expect(await thread.check('}); (5); ({ a: 1')).toMatchObject({ code: 'script-malformed', data: { line: 1 } })
    expect(await run(thread, 'return (')).toBe('! [script-malformed]')
  })

  it('has no clock, timers, files, network or modules', async () => {
    const names = [
      'Date',
      'setTimeout',
      'setInterval',
      'require',
      'process',
      'fetch',
      'std',
      'os',
      'WebAssembly',
      'console',
    ]
    const source = `return [${names.map((name) => `typeof ${name}`).join(', ')}].every((type) => type === 'undefined')`
    expect(await run(openThread(), source)).toBe('= true')
  })
})

describe('a script that does not end', () => {
  it.each([
    ['a loop', 'while (true) {}'],
    ['a loop that catches', 'while (true) { try { while (true) {} } catch {} }'],
    ['a loop outside of its function', '}); while (true) {} (function () {'],
    ['a pattern', 'return /(a+)+$/.test("a".repeat(40) + "b")'],
    ['what writes its reply', 'Object.prototype.toJSON = () => { while (true) {} }; return {}'],
    ['a getter of its error', 'throw { get message() { while (true) {} } }'],
  ])('%s is stopped, and the next one runs', async (_name, source) => {
    const thread = openThread()
    expect(await run(thread, 'state.kept = 1')).toBe('nothing')
    const stopped = run(thread, source, '{}', { ...limits, timeMs: 20 })
    const next = run(thread, 'return state.kept')
    expect([await stopped, await next]).toEqual(['! [script-timeout]', '= 1'])
  })

  it('and that the sandbox cannot stop loses its thread, and the next one runs', async () => {
    const thread = openThread(100)
    // One call that looks at no limit.
    const stopped = run(thread, 'return [].indexOf.call({ length: 2 ** 53 - 1 }, 1)', '{}', { ...limits, timeMs: 1 })
    const next = run(thread, 'return 1')
    expect([await stopped, await next]).toEqual(['! [script-timeout]', '= 1'])
  })
})

describe('a script that takes too much memory', () => {
  it.each([
    ['arrays', 'const all = []; while (true) all.push(new Array(1000).fill(0))'],
    ['texts', 'const all = []; while (true) all.push("x".repeat(100000))'],
    ['the stack', 'let deep = []; for (let i = 0; i < 100000; i++) deep = [deep]; return deep'],
    ['one array', 'return new Array(10000000).fill(1.5)'],
    ['state', 'state.all = []; while (true) state.all.push([1, 2, 3])'],
  ])('%s is stopped, and the next one runs', async (_name, source) => {
    const thread = openThread()
    const stopped = run(thread, source, '{}', { timeMs: 10_000, memoryBytes: 2 * 1024 * 1024 })
    expect([await stopped, await run(thread, 'return 1')]).toEqual(['! [script-memory]', '= 1'])
  })
})

it('closing gives up what waits', async () => {
  const thread = openThread()
  const waiting = run(thread, 'while (true) {}', '{}', { ...limits, timeMs: 60_000 })
  await thread.close()
  expect([await waiting, await run(thread, 'return 1')]).toEqual(['! [cancelled]', '! [cancelled]'])
})
