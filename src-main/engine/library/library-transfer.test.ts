import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { profileFormat } from '../profiles/profile-format.ts'
import { contentNamed, fileNamed } from '../profiles/testing/sample-content.ts'
import { exportEntries, maximumImportedEntries, readImport } from './library-transfer.ts'

const exported = (...profiles: readonly unknown[]): string =>
  JSON.stringify({ format: 'wirebench-profiles', schemaVersion: 1, profiles })

function reasonFor(text: string): unknown {
  try {
    return readImport(profileFormat, text)
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : error
  }
}

const refused = (reason: string): string => `import-malformed: The file is not a Wirebench profile export. ${reason}`

describe('export', () => {
  it('holds what a person decided, and can be imported again', () => {
    const { fileName, text } = exportEntries(profileFormat, [fileNamed('b', 1, 'x'), fileNamed('a', 2)])
    expect({ fileName, parsed: JSON.parse(text) as unknown, imported: readImport(profileFormat, text) }).toEqual({
      fileName: 'wirebench-profiles.json',
      parsed: {
        format: 'wirebench-profiles',
        schemaVersion: 1,
        profiles: [contentNamed('b', 'x'), contentNamed('a')],
      },
      imported: [contentNamed('b', 'x'), contentNamed('a')],
    })
  })

  it('is named after a single profile', () => {
    expect(exportEntries(profileFormat, [fileNamed('Prüfstand 3', 1)]).fileName).toBe('prufstand-3.json')
  })
})

describe('import', () => {
  it('takes a single profile file, and fills in what has a default', () => {
    expect([
      readImport(profileFormat, JSON.stringify(fileNamed('a', 1, 'x'))),
      readImport(profileFormat, exported({ name: 'a', connection: { host: '127.0.0.1', port: 7 } })),
    ]).toEqual([[contentNamed('a', 'x')], [contentNamed('a')]])
  })

  it('takes the sample that comes with Wirebench', () => {
    const text = readFileSync(new URL('../../../assets/profiles/echo.json', import.meta.url), 'utf8')
    expect(readImport(profileFormat, text)).toMatchObject([
      { name: 'Echo (sample)', connection: { host: '127.0.0.1', port: 7007 } },
    ])
  })

  it.each([
    ['no JSON', 'hello', 'Line 1 is not JSON.'],
    ['an array', '[]', 'It is not a JSON object.'],
    ['another format', '{"format":"postman"}', 'format: Expected "wirebench-profiles".'],
    ['no list', '{"format":"wirebench-profiles","schemaVersion":1}', 'profiles: Expected an array.'],
    ['an entry that is no object', exported('a'), 'profiles[0] is not a JSON object.'],
    [
      'a wrong type',
      exported(contentNamed('a'), { name: 'b', connection: { host: 'h', port: '7' } }),
      'profiles[1].connection.port: Expected a number or a {{variable}}.',
    ],
    [
      'a port out of range',
      exported({ name: 'b', connection: { host: 'h', port: 70000 } }),
      'profiles[0].connection.port: Expected <=65535 but received 70000.',
    ],
    [
      'a prototype key',
      '{"format":"wirebench-profiles","schemaVersion":1,"profiles":[{"__proto__":{"name":"x"}}]}',
      'The name profiles[0].__proto__ is not allowed.',
    ],
    [
      'no version',
      '{"format":"wirebench-profiles","profiles":[{}]}',
      'profiles[0].schemaVersion is missing or not a whole number.',
    ],
    [
      'a newer version',
      '{"format":"wirebench-profiles","schemaVersion":2,"profiles":[{}]}',
      'It was written by a newer Wirebench (format 2; this one reads up to 1). Update Wirebench to import it.',
    ],
    [
      'too many',
      exported(...new Array<number>(maximumImportedEntries + 1).fill(0)),
      'It holds 5001 profiles; at most 5000 are taken at once.',
    ],
  ])('refuses %s and names the place', (_name, text, reason) => {
    expect(reasonFor(text)).toBe(refused(reason))
  })

  it('refuses nesting without running out of stack', () => {
    expect(reasonFor('{"a":'.repeat(500_000) + '1' + '}'.repeat(500_000))).toMatch(
      /^import-malformed: .* nested deeper/,
    )
  })
})
