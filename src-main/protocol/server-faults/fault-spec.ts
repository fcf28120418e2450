/**
 * Faults as short text, for command lines; several separated by white space.
 *
 *     refuse:EVERY | mute | drop:PROBABILITY | garbage:PROBABILITY[,max=BYTES] | flip-bits:PROBABILITY | cut-message:NUMBER
 *     stall:BYTES | half-close:BYTES | reset:BYTES | coalesce:MS | delay:MS[,jitter=MS] | throttle:BYTES_PER_SECOND
 *     split[:BYTES][,gap=MS] | seed:NUMBER
 */
import * as v from 'valibot'
import { WirebenchError } from '../../contract/errors.ts'
import {
  serverFault,
  serverFaults,
  type ServerFault,
  type ServerFaultKind,
  type ServerFaults,
} from '../../contract/schemas/server-faults.ts'

/** How a kind of fault is written. */
interface FaultForm {
  /** The field that stands after the colon; null for none. */
  readonly argument: string | null
  readonly argumentIsOptional?: true
  /** Fields by the word before the equals sign. */
  readonly options?: Readonly<Record<string, string>>
  /** As the user is told. */
  readonly words: string
}

const forms: Readonly<Record<ServerFaultKind, FaultForm>> = {
  refuse: { argument: 'every', words: 'refuse:3 (every third client)' },
  mute: { argument: null, words: 'mute' },
  drop: { argument: 'probability', words: 'drop:0.1 (0 to 1)' },
  garbage: { argument: 'probability', options: { max: 'maximumBytes' }, words: 'garbage:0.2,max=32 (max 1 to 65536)' },
  'flip-bits': { argument: 'probability', words: 'flip-bits:0.001 (0 to 1)' },
  'cut-message': { argument: 'message', words: 'cut-message:2 (the second message)' },
  stall: { argument: 'afterBytes', words: 'stall:100 (bytes)' },
  'half-close': { argument: 'afterBytes', words: 'half-close:100 (bytes)' },
  reset: { argument: 'afterBytes', words: 'reset:100 (bytes)' },
  coalesce: { argument: 'waitMs', words: 'coalesce:50 (ms, at most an hour)' },
  delay: { argument: 'delayMs', options: { jitter: 'jitterMs' }, words: 'delay:20,jitter=30 (ms, at most an hour)' },
  throttle: { argument: 'bytesPerSecond', words: 'throttle:1000 (bytes a second, at least 1)' },
  split: {
    argument: 'segmentBytes',
    argumentIsOptional: true,
    options: { gap: 'gapMs' },
    words: 'split:4,gap=10 (bytes, ms)',
  },
}

const seedWords = 'seed:42 (0 to 4294967295)'
/** One line for each kind, for help and messages: how it is written, with an example. */
export const faultSpecExamples: readonly string[] = [...Object.values(forms).map(({ words }) => words), seedWords]

/**
 * The faults that texts of a command line stand for, together. No text, or nothing but white space, is no fault. Throws
 * `fault-malformed` with the `fault` as it was written and a `reason` that says what is possible.
 */
export function parseFaultSpec(texts: readonly string[]): ServerFaults {
  const faults: ServerFault[] = []
  let seed: number | null = null
  for (const spec of texts.flatMap((text) => text.split(/\s+/)).filter((text) => text !== '')) {
    if (/^seed(:|$)/.test(spec)) {
      if (seed !== null) throw malformed(spec, 'There is one seed only.')
      seed = seedOf(spec)
      continue
    }
    const fault = faultOf(spec)
    if (faults.some(({ kind }) => kind === fault.kind)) throw malformed(spec, `${fault.kind} is there already.`)
    faults.push(fault)
  }
  return v.parse(serverFaults, { faults, ...(seed === null ? {} : { seed }) })
}

/** The text of faults: `parseFaultSpec` gives them back. What is as by default is left out. */
export function formatFaultSpec({ seed, faults }: ServerFaults): string {
  const byDefault = v.parse(serverFaults, {})
  return [...faults.map(specOf), ...(seed === byDefault.seed ? [] : [`seed:${seed}`])].join(' ')
}

function specOf(fault: ServerFault): string {
  const { argument, argumentIsOptional, options = {} } = forms[fault.kind]
  const fields: Readonly<Record<string, unknown>> = fault
  const defaults = defaultsOf(fault.kind)
  const isLeftOut = argument === null || (argumentIsOptional && fields[argument] === defaults[argument])
  const written = Object.entries(options).filter(([, field]) => fields[field] !== defaults[field])
  return [
    fault.kind,
    isLeftOut ? '' : `:${String(fields[argument])}`,
    ...written.map(([name, field]) => `,${name}=${String(fields[field])}`),
  ].join('')
}

/** What the schema puts for options that are left out. */
function defaultsOf(kind: ServerFaultKind): Readonly<Record<string, unknown>> {
  const { argument, argumentIsOptional } = forms[kind]
  return { ...v.parse(serverFault, { kind, ...(argument === null || argumentIsOptional ? {} : { [argument]: 1 }) }) }
}

function faultOf(spec: string): ServerFault {
  const match = /^([a-z-]+)(?::([^,]*))?((?:,[^,]*)*)$/.exec(spec)
  const kind = match?.[1] ?? ''
  if (match === null || !isKind(kind)) {
    throw malformed(spec, `Write ${faultSpecExamples.join(', ')}; several are separated by spaces.`)
  }
  const form = forms[kind]
  const candidate: Record<string, unknown> = { kind }
  const argument = match[2]
  if (argument !== undefined && form.argument === null) throw malformed(spec, `Nothing stands after it: ${form.words}.`)
  if (argument === undefined && form.argument !== null && !form.argumentIsOptional) {
    throw malformed(spec, `A number is missing: ${form.words}.`)
  }
  if (argument !== undefined && form.argument !== null) candidate[form.argument] = numberOf(spec, argument, form)
  for (const option of (match[3] ?? '').split(',').slice(1)) {
    const [name = '', value = '', ...rest] = option.split('=')
    const field = Object.hasOwn(form.options ?? {}, name) ? form.options?.[name] : undefined
    if (field === undefined || rest.length > 0 || field in candidate) {
      throw malformed(spec, `"${option}" does not belong there: ${form.words}.`)
    }
    candidate[field] = numberOf(spec, value, form)
  }
  const parsed = v.safeParse(serverFault, candidate)
  if (!parsed.success) throw malformed(spec, `${parsed.issues[0].message}: ${form.words}.`)
  return parsed.output
}

function isKind(kind: string): kind is ServerFaultKind {
  return Object.hasOwn(forms, kind)
}

function numberOf(spec: string, text: string, { words }: FaultForm): number {
  if (!/^\d{1,25}(\.\d{1,25})?(e[+-]?\d{1,3})?$/i.test(text)) {
    throw malformed(spec, `"${text}" is no number: ${words}.`)
  }
  return Number(text)
}

function seedOf(spec: string): number {
  const digits = /^seed:(\d{1,10})$/.exec(spec)?.[1]
  const seed = v.safeParse(serverFaults, { seed: Number(digits ?? Number.NaN) })
  if (!seed.success) throw malformed(spec, `Write ${seedWords}.`)
  return seed.output.seed
}

function malformed(fault: string, reason: string): WirebenchError {
  return new WirebenchError('fault-malformed', { fault, reason })
}
