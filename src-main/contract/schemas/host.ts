import * as v from 'valibot'
import { errorShape } from './common.ts'

/** What this form of Wirebench can do besides the engine. A missing capability gives `capability-missing`. */
export const hostCapabilities = v.object({
  /** `electron`, `web` or `cli`. */
  kind: v.picklist(['electron', 'web', 'cli']),
  nativeFileDialogs: v.boolean(),
  secretStorage: v.picklist(['none', 'unprotected', 'protected']),
})
export type HostCapabilities = v.InferOutput<typeof hostCapabilities>

export const hostDescription = v.object({
  version: v.string(),
  nodeVersion: v.string(),
  platform: v.string(),
  dataFolder: v.string(),
  capabilities: hostCapabilities,
  /** Set when the data folder cannot be used; the workbench then runs without keeping anything. */
  dataFolderProblem: v.nullable(errorShape),
})
export type HostDescription = v.InferOutput<typeof hostDescription>

/** Facts for the status bar. */
export const hostVitals = v.object({
  engineMemoryBytes: v.number(),
  diskFreeBytes: v.nullable(v.number()),
})
export type HostVitals = v.InferOutput<typeof hostVitals>
