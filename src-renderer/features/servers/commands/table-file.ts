import * as v from 'valibot'
import { commandTable, type CommandTable } from '../../../../src-main/contract/schemas/command-table.ts'

/** Longer files are no tables: 16 MiB of text. */
const maximumFileLength = 16 * 1024 * 1024

/** A table as a file to keep or hand on. */
export function tableAsText(table: CommandTable): string {
  return `${JSON.stringify(table, null, 2)}\n`
}

/** Reads a table from a file, or says what is wrong with it, in English. */
export function readTableText(
  text: string,
): { readonly ok: true; readonly table: CommandTable } | { readonly ok: false; readonly reason: string } {
  if (text.length > maximumFileLength) return { ok: false, reason: 'It is longer than 16 MiB.' }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (thrown) {
    return { ok: false, reason: thrown instanceof Error ? thrown.message : '' }
  }
  const parsed = v.safeParse(commandTable, document)
  if (parsed.success) return { ok: true, table: parsed.output }
  const [issue] = parsed.issues
  const place = issue.path?.map(({ key }) => String(key)).join('.') ?? ''
  return { ok: false, reason: place === '' ? `${issue.message}.` : `At ${place}: ${issue.message}.` }
}
