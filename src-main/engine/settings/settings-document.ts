import * as v from 'valibot'
import {
  defaultSettings,
  settings,
  settingsPatch,
  type Settings,
  type SettingsPatch,
} from '../../contract/schemas/settings.ts'
import type { StoredDocument } from '../documents/json-document-store.ts'
import type { DocumentContent } from '../documents/kept-document.ts'
import { issueReason, readDocument, type DocumentFormat } from '../documents/versioned-document.ts'

const settingsSchemaVersion = 1

/** Only the frame: each setting is judged by itself. */
const settingsFile = v.looseObject({ schemaVersion: v.literal(settingsSchemaVersion) })

const settingsFileFormat = {
  schema: settingsFile,
  version: settingsSchemaVersion,
  migrations: {},
} as const satisfies DocumentFormat<typeof settingsFile>

/** What the file says. */
export interface SettingsContent {
  readonly settings: Settings
  /** A sentence for each value that cannot be used; its setting has the default. */
  readonly unusable: readonly string[]
  /** Everything that stands in the file, known or not. */
  readonly stored: Readonly<Record<string, unknown>>
}

/** Reads the settings out of what stands in the file. */
export function settingsIn(stored: StoredDocument): DocumentContent<SettingsContent> {
  if (stored.kind === 'absent') return contentOf({ settings: defaultSettings, unusable: [], stored: {} })
  if (stored.kind === 'unreadable') return { kind: 'broken', reason: stored.reason }
  const document = readDocument(settingsFileFormat, stored.value)
  switch (document.kind) {
    case 'document':
      return contentOf(usableSettings(document.value))
    case 'malformed':
      return { kind: 'broken', reason: document.reason }
    case 'newer':
      return { kind: 'broken', reason: `It was written by a newer Wirebench (format ${document.found}).` }
  }
}

/** The file with a patch applied. */
export function patchedContent(stored: Readonly<Record<string, unknown>>, patch: SettingsPatch): unknown {
  return { ...stored, schemaVersion: settingsSchemaVersion, ...patch }
}

const contentOf = (content: SettingsContent): DocumentContent<SettingsContent> => ({ kind: 'content', content })

function usableSettings(stored: Readonly<Record<string, unknown>>): SettingsContent {
  const usable: Record<string, unknown> = {}
  const unusable: string[] = []
  for (const name of Object.keys(settings.entries)) {
    if (!Object.hasOwn(stored, name)) continue
    const checked = v.safeParse(settingsPatch, { [name]: stored[name] }, { abortPipeEarly: true })
    if (checked.success) Object.assign(usable, checked.output)
    else unusable.push(issueReason(checked.issues[0]))
  }
  return { settings: v.parse(settings, usable), unusable, stored }
}
