import * as v from 'valibot'
import { profileCalls } from './call-settings.ts'
import { connectionSettings } from './connection.ts'
import { errorShape, identifier } from './common.ts'
import { interpretation } from './interpretation.ts'
import { lineEndingName } from './line-ending.ts'

export const profileSchemaVersion = 1

/** What the composer writes messages as. */
export const composerMode = v.picklist(['text', 'hex', 'base64', 'file', 'json', 'structure', 'm2', 'msgpack'])
export type ComposerMode = v.InferOutput<typeof composerMode>

export const profileName = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120))

/** A folder path: names joined by `/`, empty for the top. */
export const folderPath = v.pipe(
  v.string(),
  v.maxLength(400),
  v.check(
    (path) => path === '' || path.split('/').every((part) => part.trim() === part && part !== ''),
    'A folder name is empty',
  ),
)

/** What a person decides about a profile. */
export const profileContent = v.object({
  name: profileName,
  folder: v.optional(folderPath, ''),
  notes: v.optional(v.pipe(v.string(), v.maxLength(20_000)), ''),
  connection: connectionSettings,
  composer: v.optional(
    v.object({ mode: v.optional(composerMode, 'text'), lineEnding: v.optional(lineEndingName, 'lf') }),
    {},
  ),
  /** How its sessions cut the streams into messages and read them. */
  interpretation: v.optional(interpretation, {}),
  /** How its sessions call commands, and which ones are known; null when they do not. */
  calls: v.optional(v.nullable(profileCalls), null),
})
export type ProfileContent = v.InferOutput<typeof profileContent>
export type ProfileContentInput = v.InferInput<typeof profileContent>

/** The content of one profile file. */
export const profileFile = v.object({
  schemaVersion: v.literal(profileSchemaVersion),
  id: identifier,
  /** Sort key within the folder: reordering rewrites one file only. */
  position: v.pipe(v.number(), v.finite()),
  ...profileContent.entries,
})
export type ProfileFile = v.InferOutput<typeof profileFile>

/** A profile as the engine hands it out. */
export const profile = v.object({
  ...profileFile.entries,
  /** Changes whenever the file's content changes; an update must name the revision it was made from. */
  revision: v.string(),
})
export type Profile = v.InferOutput<typeof profile>

/** A file in the profile folder that could not be read: named, with the reason, left untouched. */
export const profileProblem = v.object({ file: v.string(), error: errorShape })
export type ProfileProblem = v.InferOutput<typeof profileProblem>

/** All profiles in display order, empty folders included, and the files that could not be read. */
export const profileLibrary = v.object({
  profiles: v.array(profile),
  folders: v.array(v.string()),
  problems: v.array(profileProblem),
})
export type ProfileLibrary = v.InferOutput<typeof profileLibrary>
