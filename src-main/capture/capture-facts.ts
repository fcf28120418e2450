import * as v from 'valibot'
import { readFully, replaceFile, systemCode, type FileAccess } from './file-access.ts'
import { parseJson } from './json-bytes.ts'

const factsFile = v.object({ formatVersion: v.literal(1), name: v.string() })
const largestFactsBytes = 64 * 1024

/** The name given later than the data file's own, or null. A file that is not understood counts for nothing. */
export async function readName(files: FileAccess, path: string): Promise<string | null> {
  try {
    const file = await files.open(path, 'read')
    try {
      const parsed = v.safeParse(factsFile, parseJson(await readFully(file, 0, largestFactsBytes)))
      return parsed.success ? parsed.output.name : null
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Keeps a new name beside the data file. */
export async function writeName(files: FileAccess, path: string, name: string): Promise<void> {
  const text = `${JSON.stringify({ formatVersion: 1, name }, null, 2)}\n`
  await replaceFile(files, path, new TextEncoder().encode(text))
}
