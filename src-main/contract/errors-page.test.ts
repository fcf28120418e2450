import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { errorCatalogue } from './errors.ts'

it('docs/errors.md documents every code of the catalogue with its kind, and no other', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  // | `code` | kind | what happened | what to do |
  const rows = [...page.matchAll(/^\| `([^`]+)` +\| (\w+) +\| ([^|]+)\| ([^|]+)\|$/gm)]
  const documented = rows.map(([, code, kind, happened, remedy]) => ({
    code,
    kind,
    explained: (happened ?? '').trim().length > 10 && (remedy ?? '').trim().length > 5,
  }))
  const catalogue = Object.entries(errorCatalogue).map(([code, { kind }]) => ({ code, kind, explained: true }))
  const byCode = (a: { code?: string | undefined }, b: { code?: string | undefined }): number =>
    (a.code ?? '') < (b.code ?? '') ? -1 : 1
  expect(documented.sort(byCode)).toEqual(catalogue.sort(byCode))
})
