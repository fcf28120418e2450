import { readFile, stat } from 'node:fs/promises'
import { randomBytes, randomUUID } from 'node:crypto'
import { WirebenchError } from '../../../contract/errors.ts'
import type { CollectionContent } from '../../../contract/schemas/collection.ts'
import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import type { MessageSource } from '../../../contract/schemas/message.ts'
import { collectionFormat } from '../../../engine/collection/collection-format.ts'
import { readImport } from '../../../engine/library/library-transfer.ts'
import { readMessageFile } from '../../../engine/messages/message-files.ts'
import { composeMessage } from '../../../protocol/message/compose-message.ts'
import type { Composition, FileContent } from '../../../protocol/message/composition.ts'
import { usageError } from '../command-line.ts'

const largestFileBytes = 64 * 1024 * 1024

/** Values of `--var NAME=VALUE` by name. */
export type GivenVariables = ReadonlyMap<string, string>

/** Errors: `usage` for what is no `NAME=VALUE`. */
export function readVariables(given: readonly string[]): GivenVariables {
  return new Map(
    given.map((text) => {
      const match = /^([A-Za-z_][A-Za-z0-9_.-]{0,63})=([^]*)$/.exec(text)
      if (match === null) throw usageError(`--var must be NAME=VALUE, not "${text}".`)
      return [match[1] ?? '', match[2] ?? ''] as const
    }),
  )
}

/**
 * A saved message or sequence: a file of the collection, or an export. Of several entries `wanted` names one. Errors:
 * `file-not-found`, `file-unreadable`, `import-malformed`, `usage`.
 */
export async function readSavedItem(file: string, wanted: string | null): Promise<CollectionContent> {
  const entries = readImport(collectionFormat, await readText(file))
  const matching = wanted === null ? entries : entries.filter(({ name }) => name === wanted)
  const [entry, another] = matching
  const names = entries.slice(0, 10).map(({ name }) => `"${name}"`)
  if (entry === undefined) throw usageError(`${file} has no entry named "${wanted ?? ''}", but ${names.join(', ')}.`)
  if (another === undefined) return entry
  throw usageError(`${file} holds ${entries.length} entries. Choose one with --entry NAME: ${names.join(', ')}.`)
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size > largestFileBytes) throw new Error(`It has ${size} bytes; at most ${largestFileBytes} are read.`)
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') {
      throw new WirebenchError('file-not-found', { file })
    }
    throw new WirebenchError('file-unreadable', { file, reason: thrown instanceof Error ? thrown.message : null })
  }
}

/** The bytes of one message, with the framing around it when it wants one. Errors: those of composing. */
export async function composeSaved(
  message: MessageSource,
  variables: GivenVariables,
  framing: FramingSettings | null,
): Promise<Uint8Array> {
  const asked: string[] = []
  const first = compose(message, variables, framing, (path) => {
    asked.push(path)
    return { ok: true, bytes: new Uint8Array(1) }
  })
  const [path] = asked
  const content = path === undefined ? null : await readMessageFile(path)
  const composed = content === null ? first : compose(message, variables, framing, () => content)
  if (composed.ok) return composed.bytes
  throw WirebenchError.fromShape(composed.error)
}

function compose(
  message: MessageSource,
  variables: GivenVariables,
  framing: FramingSettings | null,
  file: (path: string) => FileContent,
): Composition {
  return composeMessage(message, {
    framing: framing ?? { kind: 'raw' },
    structure: () => null,
    variable: (name) => {
      const text = variables.get(name)
      return text === undefined ? null : { text, secret: false }
    },
    captured: () => null,
    counter: () => null,
    nowUnixNs: BigInt(Date.now()) * 1_000_000n,
    random: (byteCount) => Uint8Array.from(randomBytes(byteCount)),
    uuid: () => randomUUID(),
    file,
    nextSequenceId: 1,
    maskSecrets: false,
  })
}
