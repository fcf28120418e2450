import * as v from 'valibot'
import { identifier } from './common.ts'

/** Name of a variable: as it stands between the braces of a placeholder. */
export const variableName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/,
    'A name begins with a letter and has letters, digits, dots, dashes and underscores.',
  ),
)

/**
 * A variable. The value of a secret is null: it is told by nothing that leaves the engine, is in no file, and lasts as
 * long as the engine runs unless the host has a protected store.
 */
export const environmentVariable = v.object({
  name: variableName,
  // The usual sentence repeats what was received, which may be a secret.
  value: v.nullable(v.pipe(v.string('Write the value as a text in double quotes'), v.maxLength(64 * 1024))),
  secret: v.optional(v.boolean(), false),
  notes: v.optional(v.pipe(v.string(), v.maxLength(2000)), ''),
})
export type EnvironmentVariable = v.InferOutput<typeof environmentVariable>

/** A named set of variables, for example `bench` or `staging`. */
export const environment = v.object({
  id: identifier,
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  variables: v.pipe(v.array(environmentVariable), v.maxLength(500)),
})
export type Environment = v.InferOutput<typeof environment>

export const environments = v.object({
  environments: v.pipe(v.array(environment), v.maxLength(100)),
  /** Variables that hold in every environment unless it has one of the same name. */
  shared: v.pipe(v.array(environmentVariable), v.maxLength(500)),
  /** The environment in use here; null when only the shared variables hold. Kept beside the file, not in it. */
  activeId: v.nullable(identifier),
  /** Changes whenever the environments or variables do; a change must name the revision it was made from. */
  revision: v.string(),
  /** Secrets that have a value at present, as `<environment id or "shared">/<name>`. */
  secretsPresent: v.array(v.string()),
})
export type Environments = v.InferOutput<typeof environments>
