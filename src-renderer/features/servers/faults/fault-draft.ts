import {
  serverFault,
  serverFaults,
  type ServerFault,
  type ServerFaultKind,
  type ServerFaults,
} from '../../../../src-main/contract/schemas/server-faults.ts'
import { faultErrors as errors } from '../../../strings/server-faults.ts'
import { noProblems, readItem, type FieldProblems } from '../editing/read-item.ts'
import { numberOf, textOf, wholeNumberOf } from '../typed-number.ts'
import type { FieldError } from '../../../ui/field-error.ts'

/** A field of a fault: its name in the contract, and what it begins with. */
export interface FaultField {
  readonly name: string
  readonly usual: string
  readonly unit: 'probability' | 'bytes' | 'ms' | 'bytes/s' | 'number'
}

/** The fields of every kind, in the order in which faults work and are shown. */
export const faultFields: Readonly<Record<ServerFaultKind, readonly FaultField[]>> = {
  refuse: [{ name: 'every', usual: '3', unit: 'number' }],
  mute: [],
  drop: [{ name: 'probability', usual: '0.1', unit: 'probability' }],
  garbage: [
    { name: 'probability', usual: '0.1', unit: 'probability' },
    { name: 'maximumBytes', usual: '16', unit: 'bytes' },
  ],
  'flip-bits': [{ name: 'probability', usual: '0.001', unit: 'probability' }],
  'cut-message': [{ name: 'message', usual: '1', unit: 'number' }],
  stall: [{ name: 'afterBytes', usual: '1000', unit: 'bytes' }],
  'half-close': [{ name: 'afterBytes', usual: '1000', unit: 'bytes' }],
  reset: [{ name: 'afterBytes', usual: '1000', unit: 'bytes' }],
  coalesce: [{ name: 'waitMs', usual: '50', unit: 'ms' }],
  delay: [
    { name: 'delayMs', usual: '100', unit: 'ms' },
    { name: 'jitterMs', usual: '0', unit: 'ms' },
  ],
  throttle: [{ name: 'bytesPerSecond', usual: '10000', unit: 'bytes/s' }],
  split: [
    { name: 'segmentBytes', usual: '1', unit: 'bytes' },
    { name: 'gapMs', usual: '0', unit: 'ms' },
  ],
}

export const faultKinds = Object.keys(faultFields) as readonly ServerFaultKind[]

/** A fault as typed; what was typed stays when it is switched off. */
export interface FaultDraft {
  readonly isOn: boolean
  readonly fields: Readonly<Record<string, string>>
}

/** All faults as typed. */
export interface FaultsDraft {
  readonly seed: string
  readonly faults: Readonly<Record<ServerFaultKind, FaultDraft>>
}

export type FaultsReading =
  { readonly ok: true; readonly value: ServerFaults } | { readonly ok: false; readonly value: null }

export function draftOfFaults({ seed, faults }: ServerFaults): FaultsDraft {
  const draftOf = (kind: ServerFaultKind): FaultDraft => {
    const present: Readonly<Record<string, unknown>> | undefined = faults.find((fault) => fault.kind === kind)
    const fields = faultFields[kind].map(({ name, usual }) => {
      const value = present?.[name]
      return [name, typeof value === 'number' ? textOf(value) : usual]
    })
    return { isOn: present !== undefined, fields: Object.fromEntries(fields) as Record<string, string> }
  }
  const drafts = faultKinds.map((kind) => [kind, draftOf(kind)])
  return { seed: textOf(seed), faults: Object.fromEntries(drafts) as FaultsDraft['faults'] }
}

/** One fault that is on, or what is wrong with its fields. */
export function readFault(
  draft: FaultsDraft,
  kind: ServerFaultKind,
): { readonly fault: ServerFault | null; readonly problems: FieldProblems } {
  const { isOn, fields } = draft.faults[kind]
  if (!isOn) return { fault: null, problems: noProblems }
  const numbers = Object.entries(fields).map(([name, text]) => [name, numberOf(text)])
  const reading = readItem(serverFault, { kind, ...Object.fromEntries(numbers) }, (field) => errors[field] ?? '')
  return { fault: reading.value, problems: reading.problems }
}

/** What is wrong with the seed; null when nothing is. */
export function seedProblem({ seed }: FaultsDraft): FieldError | null {
  const value = wholeNumberOf(seed)
  return value >= 0 && value <= 0xffff_ffff ? null : { message: errors.seed ?? '' }
}

/** All faults that are on, in the order in which they work. */
export function readFaults(draft: FaultsDraft): FaultsReading {
  const readings = faultKinds.map((kind) => readFault(draft, kind))
  if (seedProblem(draft) !== null || readings.some(({ problems }) => problems.size > 0))
    return { ok: false, value: null }
  const faults = readings.flatMap(({ fault }) => (fault === null ? [] : [fault]))
  const parsed = readItem(serverFaults, { seed: wholeNumberOf(draft.seed), faults }, () => '')
  return parsed.ok ? parsed : { ok: false, value: null }
}
