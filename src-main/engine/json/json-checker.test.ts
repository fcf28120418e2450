import { afterEach, describe, expect, test } from 'vitest'
import type { JsonCheckReply } from '../../contract/schemas/json-check.ts'
import { JsonChecker } from './json-checker.ts'

const checkers: JsonChecker[] = []

function makeChecker(options: { timeLimitMs?: number } = {}): JsonChecker {
  const checker = new JsonChecker({ timeLimitMs: 60_000, ...options })
  checkers.push(checker)
  return checker
}

afterEach(async () => {
  await Promise.all(checkers.splice(0).map((checker) => checker.close()))
})

/** Fails for every long row of a that does not end there; takes longer than anybody lives. */
const costlySchema = '{"pattern":"^(a+)+$"}'
const costlyText = JSON.stringify(`${'a'.repeat(60)}!`)

describe('a checker', () => {
  test('tells what does not fit, with place and index', async () => {
    const jsonText = '{"id": "x", "n": 3}'
    const reply = await makeChecker().check({
      schemaText: '{"properties":{"id":{"type":"integer"},"n":{"maximum":2}},"required":["z"]}',
      jsonText,
    })
    expect(reply).toEqual({
      complete: true,
      problems: [
        { kind: 'document', path: '$', index: 0, message: 'The required key "z" is missing.' },
        { kind: 'document', path: '$.id', index: jsonText.indexOf('"x"'), message: 'Must be integer.' },
        { kind: 'document', path: '$.n', index: jsonText.indexOf('3'), message: 'Must be at most 2.' },
      ],
    } satisfies JsonCheckReply)
  })

  test('ends a check that takes too long, and goes on with the next', async () => {
    const checker = makeChecker({ timeLimitMs: 3000 })
    const [costly, cheap] = await Promise.all([
      checker.check({ schemaText: costlySchema, jsonText: costlyText }),
      checker.check({ schemaText: 'true', jsonText: '1' }),
    ])
    expect(costly.complete).toBe(false)
    expect(costly.problems).toMatchObject([{ kind: 'schema', index: null }])
    expect(costly.problems[0]?.message).toContain('more than 3000 ms')
    expect(cheap).toEqual({ problems: [], complete: true })
  })

  test('rejects what waits when it is closed, and takes nothing more', async () => {
    const checker = makeChecker()
    const checks = [1, 2].map(() => checker.check({ schemaText: costlySchema, jsonText: costlyText }))
    const results = Promise.allSettled(checks)
    await checker.close()
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
    }
    await expect(checker.check({ schemaText: 'true', jsonText: '1' })).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('lets only so many wait', async () => {
    const checker = makeChecker()
    const waiting = Array.from({ length: 17 }, () => checker.check({ schemaText: costlySchema, jsonText: costlyText }))
    const settled = Promise.allSettled(waiting)
    await expect(checker.check({ schemaText: 'true', jsonText: '1' })).rejects.toMatchObject({
      code: 'too-many-requests',
    })
    await checker.close()
    await settled
  })

  test('refuses what is too large without starting', async () => {
    const checker = makeChecker()
    const schema = await checker.check({ schemaText: `"${'é'.repeat(600_000)}"`, jsonText: '1' })
    expect(schema).toMatchObject({ complete: false, problems: [{ kind: 'schema' }] })
    const document = await checker.check({ schemaText: 'true', jsonText: `"${'é'.repeat(8_400_000)}"` })
    expect(document).toMatchObject({ complete: false, problems: [{ kind: 'document' }] })
  })
})
