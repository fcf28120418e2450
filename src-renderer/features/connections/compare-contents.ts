import type { ProfileContent } from '../../../src-main/contract/schemas/profile.ts'
import { conflictWords as words } from '../../strings/connections.ts'

/** A field of two versions as text. */
export interface ComparedField {
  readonly label: string
  readonly mine: string
  readonly theirs: string
}

/** Every field of two versions of a profile; `theirs` is empty text throughout when there is none. */
export function compareContents(mine: ProfileContent, theirs: ProfileContent | null): readonly ComparedField[] {
  const left = describe(mine)
  const right = theirs === null ? null : describe(theirs)
  return left.map(([label, text], index) => ({ label, mine: text, theirs: right?.[index]?.[1] ?? '' }))
}

function describe({ name, folder, notes, connection }: ProfileContent): readonly (readonly [string, string])[] {
  const { fields } = words
  return [
    [fields.name, name],
    [fields.folder, folder || words.empty],
    [fields.host, connection.host],
    [fields.port, String(connection.port)],
    [fields.addressFamily, connection.addressFamily],
    [fields.connectTimeoutMs, String(connection.connectTimeoutMs)],
    [fields.noDelay, connection.noDelay ? words.yes : words.no],
    [fields.keepAliveDelayMs, connection.keepAliveDelayMs === null ? words.off : String(connection.keepAliveDelayMs)],
    [fields.notes, notes || words.empty],
  ]
}
