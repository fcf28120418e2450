import * as v from 'valibot'
import {
  defaultSettings,
  settings,
  settingsPatch,
  type Settings,
  type SettingsPatch,
} from '../../contract/schemas/settings.ts'
import type { StoredDocument } from '../documents/json-document-store.ts'
import { issueReason, readDocument, type DocumentFormat } from '../documents/versioned-document.ts'

const settingsSchemaVersion = 1

/** Only the frame: each setting is judged by itself. */
const settingsFile = v.looseObject({ schemaVersion: v.literal(settingsSchemaVersion) })

const settingsFileFormat = {
  schema: settingsFile,
  version: settingsSchemaVersion,
  migrations: {},
} as const satisfies DocumentFormat<typeof settingsFile>

export type SettingsReading =
  | {
      readonly kind: 'settings'
      readonly settings: Settings
      /** A sentence for each value that cannot be used; its setting has the default. */
      readonly unusable: readonly string[]
      /** Everything that stands in the file, known or not. */
      readonly content: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'broken'; readonly reason: string }

/** Reads the settings out of what stands in the file. */
export function settingsIn(stored: StoredDocument): SettingsReading {
  if (stored.kind === 'absent') return { kind: 'settings', settings: defaultSettings, unusable: [], content: {} }
  if (stored.kind === 'unreadable') return { kind: 'broken', reason: stored.reason }
  const document = readDocument(settingsFileFormat, stored.value)
  switch (document.kind) {
    case 'document':
      return usableSettings(document.value)
    case 'malformed':
      return { kind: 'broken', reason: document.reason }
    case 'newer':
      return { kind: 'broken', reason: `It was written by a newer Wirebench (format ${document.found}).` }
  }
}

/** The file with a patch applied. */
export function patchedContent(content: Readonly<Record<string, unknown>>, patch: SettingsPatch): unknown {
  return { ...content, schemaVersion: settingsSchemaVersion, ...patch }
}

function usableSettings(content: Readonly<Record<string, unknown>>): SettingsReading {
  const usable: Record<string, unknown> = {}
  const unusable: string[] = []
  for (const name of Object.keys(settings.entries)) {
    if (!Object.hasOwn(content, name)) continue
    const checked = v.safeParse(settingsPatch, { [name]: content[name] }, { abortPipeEarly: true })
    if (checked.success) Object.assign(usable, checked.output)
    else unusable.push(issueReason(checked.issues[0]))
  }
  return { kind: 'settings', settings: v.parse(settings, usable), unusable, content }
}
