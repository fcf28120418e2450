import * as v from 'valibot'
import { profileFile, type ProfileFile } from '../contract/schemas/profile.ts'
import { writeJsonText } from '../engine/documents/json-text.ts'

/**
 * A profile as the text of its file: keys in the order of the schema, two spaces, a final newline. What a person or
 * another tool added to the old file under names that Wirebench does not know stays, behind the known ones.
 */
export function serializeProfile(profile: ProfileFile, old: unknown, version: number): string {
  const ordered = v.parse(profileFile, profile)
  // An older file was migrated: its names may mean something else by now.
  const sameVersion = isRecord(old) && old.schemaVersion === version
  return writeJsonText(sameVersion ? withUnknownOf(ordered, old) : ordered)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function withUnknownOf(known: Readonly<Record<string, unknown>>, old: Readonly<Record<string, unknown>>): object {
  const merged: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(known)) {
    const before = old[name]
    merged[name] = isRecord(value) && isRecord(before) ? withUnknownOf(value, before) : value
  }
  for (const [name, value] of Object.entries(old)) if (!Object.hasOwn(known, name)) merged[name] = value
  return merged
}
