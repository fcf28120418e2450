import * as v from 'valibot'

const templateText = v.pipe(v.string(), v.maxLength(1024 * 1024))
const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000))

/**
 * A value as JSON with `{{name}}` for parameters: standing alone the parameter itself, within a string its text. `{{$request}}` is
 * all of them, `{{$received}}` the message that was received last in a conversation, `{{$count}}` how often the command was
 * called, from 1. tcpy has `$datetime`, `$hex` and so on besides.
 */
const jsonTemplate = templateText

/** One turn of a conversation on one connection. */
export const commandStep = v.variant('kind', [
  v.object({ kind: v.literal('send'), template: jsonTemplate }),
  /** Waits for the next message of the client; `requiredKeys` must be in it, or the command ends with an error. */
  v.object({
    kind: v.literal('expect'),
    requiredKeys: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(64)), []),
    /** Null waits for ever. */
    timeoutMs: v.optional(v.nullable(milliseconds), null),
  }),
  v.object({ kind: v.literal('delay'), delayMs: milliseconds }),
  /** Ends the connection at once, before any reply (`finish` of tcpy). */
  v.object({ kind: v.literal('finish') }),
])
export type CommandStep = v.InferOutput<typeof commandStep>

/** What a command does. `reply`: `{{x}}` of a map is merged with `success: true` as its protocol has it. */
export const commandAction = v.variant('kind', [
  /** A fixed reply or a template. `raw`: exactly this, without `success` (tcpy). */
  v.object({ kind: v.literal('reply'), template: jsonTemplate, raw: v.optional(v.boolean(), false) }),
  /** An error reply. `extraTemplate`: a JSON object, merged in (tcpy) or as `data` (JSON-RPC); empty for none. */
  v.object({
    kind: v.literal('error'),
    message: templateText,
    code: v.optional(v.pipe(v.number(), v.safeInteger()), -32_000),
    extraTemplate: v.optional(jsonTemplate, ''),
  }),
  /** Turns, then the reply of `template`; empty for a reply of nothing (null). */
  v.object({
    kind: v.literal('steps'),
    steps: v.pipe(v.array(commandStep), v.maxLength(200)),
    template: v.optional(jsonTemplate, ''),
  }),
  /**
   * JavaScript in a sandbox without files, network or clock. It sees `parameters`, `count`, and `state`, an object that lives as
   * long as the server runs; what it returns is the reply, what it throws the error. `fail(message, extra)` is an error reply.
   */
  v.object({ kind: v.literal('script'), source: v.pipe(v.string(), v.maxLength(256 * 1024)) }),
])
export type CommandAction = v.InferOutput<typeof commandAction>

export const tableParameter = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  required: v.optional(v.boolean(), true),
})

export type TableParameter = v.InferOutput<typeof tableParameter>

export const tableCommand = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  notes: v.optional(v.pipe(v.string(), v.maxLength(4000)), ''),
  /** Parameters the command takes; a call with others, or without a required one, is refused as the protocol does it. */
  parameters: v.optional(v.pipe(v.array(tableParameter), v.maxLength(100)), []),
  /** Takes any others besides. */
  acceptsOthers: v.optional(v.boolean(), false),
  /** Waits so long before it does anything; a worker is busy meanwhile. */
  delayMs: v.optional(milliseconds, 0),
  action: commandAction,
})
export type TableCommand = v.InferOutput<typeof tableCommand>

/** Memory and time of one run of a script. */
export const scriptLimits = v.object({
  timeMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60_000)), 1000),
  memoryBytes: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1024 * 1024), v.maxValue(256 * 1024 * 1024)),
    16 * 1024 * 1024,
  ),
})
export type ScriptLimits = v.InferOutput<typeof scriptLimits>

/** The commands of a local server, in the order in which they are shown. */
export const commandTable = v.object({
  commands: v.pipe(
    v.array(tableCommand),
    v.maxLength(1000),
    v.check((commands) => new Set(commands.map(({ name }) => name)).size === commands.length, 'A name is there twice'),
  ),
  scriptLimits: v.optional(scriptLimits, {}),
})
export type CommandTable = v.InferOutput<typeof commandTable>
