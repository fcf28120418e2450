import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { diagnosisCause } from '../../contract/schemas/diagnosis.ts'
import type { CauseFacts } from '../../protocol/diagnosis/cause-facts.ts'
import { causeExplanations } from '../../protocol/diagnosis/explain-cause.ts'

/** What stands in the page for what differs. */
const facts: CauseFacts = {
  host: 'HOST',
  port: 4001,
  address: 'ADDRESS',
  timeoutMs: 10_000,
  data: {
    name: 'NAME',
    until: 'DATE',
    from: 'DATE',
    subject: 'NAME',
    issuer: 'ISSUER',
    expected: 'NAME',
    found: 'FOUND',
    keyFile: 'KEY',
    certificateFile: 'CERTIFICATE',
  },
  errorMessage: 'What is wrong with it.',
  banner: null,
  offered: null,
  allowed: 'TLS 1.2 to TLS 1.3',
  hasRoot: true,
}

it('the page of the doctor says of every cause what the doctor says', async () => {
  const page = await readFile(new URL('../../../docs/doctor.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()))
  expect(cells.map(([, cause, title, message, remedy]) => [cause, title, message, remedy])).toEqual(
    diagnosisCause.options.map((cause) => {
      const { title, message, remedy } = causeExplanations[cause]
      return [`\`${cause}\``, title, message(facts), remedy(facts)]
    }),
  )
  // How it is found out, each in its own words.
  expect(new Set(cells.map(([, , , , , how]) => how)).size).toBe(diagnosisCause.options.length)
})
