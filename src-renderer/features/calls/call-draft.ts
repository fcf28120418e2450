import type {
  CallKind,
  CallProtocol,
  CallRequest,
  CallRequestInput,
  CatalogueCommand,
  CatalogueParameter,
  ParameterType,
} from '../../../src-main/contract/schemas/call-settings.ts'
import { wholeNumberOf } from './whole-number.ts'

/** A parameter as it is being written. */
export interface ParameterDraft {
  name: string
  type: ParameterType
  value: string
  isIncluded: boolean
  required: boolean
  notes: string
}

export type ParameterNotation = 'form' | 'json' | 'pairs'

/** What goes out. `turn` is a tcpy request without a command: the next turn of a conversation. */
export type DraftKind = CallKind | 'turn'

/** A call as it is being written: every notation keeps what was typed in it. */
export interface CallDraft {
  kind: DraftKind
  command: string
  notation: ParameterNotation
  parameters: ParameterDraft[]
  /** JSON-RPC: an array in this order instead of an object. */
  positional: boolean
  jsonText: string
  pairsText: string
  /** M2: of events and telemetry. */
  componentName: string
  /** Own time of this call: `settings` as the session says, `none` as long as it takes, `own` as typed. */
  waits: 'settings' | 'none' | 'own'
  timeoutMs: string
}

export const emptyDraft: CallDraft = {
  kind: 'call',
  command: '',
  notation: 'form',
  parameters: [],
  positional: false,
  jsonText: '',
  pairsText: '',
  componentName: '',
  waits: 'settings',
  timeoutMs: '',
}

/** The longest own time of a call in milliseconds, as the contract has it. */
export const longestTimeoutMs = 86_400_000

const kindsByProtocol: Readonly<Record<CallProtocol, readonly DraftKind[]>> = {
  tcpy: ['call', 'turn', 'notification'],
  m2: ['call', 'event', 'telemetry'],
  jsonrpc: ['call', 'notification'],
}

/** What can go out in a protocol, the usual one first. */
export function kindsOf(protocol: CallProtocol): readonly DraftKind[] {
  return kindsByProtocol[protocol]
}

const plainTypes: readonly ParameterType[] = ['text', 'integer', 'number', 'boolean', 'null', 'json']

/** How parameters can be typed in a protocol: dates and bytes exist in tcpy alone. */
export function parameterTypesOf(protocol: CallProtocol): readonly ParameterType[] {
  return protocol === 'tcpy' ? [...plainTypes, 'datetime', 'bytes'] : plainTypes
}

/** The form of a command of the catalogue. */
export function draftOfCommand(command: CatalogueCommand, protocol: CallProtocol): CallDraft {
  const kind = kindsOf(protocol).includes(command.kind) ? command.kind : 'call'
  return {
    ...emptyDraft,
    kind,
    command: command.name,
    parameters: command.parameters.map((parameter) => ({ ...parameter })),
    positional: protocol === 'jsonrpc' && command.positional,
    ...waitOf(command),
  }
}

/** The form that asks for the same as a request of the ledger; notes come from the catalogue where it has them. */
export function draftOfRequest(request: CallRequest, known: CatalogueCommand | undefined): CallDraft {
  const draft: CallDraft = {
    ...emptyDraft,
    kind: request.command === null ? 'turn' : request.kind,
    command: request.command ?? '',
    notation: request.parameters.notation,
    componentName: request.componentName,
    ...waitOf(request),
  }
  const { parameters } = request
  if (parameters.notation === 'json') return { ...draft, jsonText: parameters.text }
  if (parameters.notation === 'pairs') return { ...draft, pairsText: parameters.text }
  const given = parameters.parameters.map(({ name, type, value }): ParameterDraft => {
    const catalogued = known?.parameters.find((candidate) => candidate.name === name)
    return {
      ...newParameter(name),
      required: catalogued?.required ?? false,
      notes: catalogued?.notes ?? '',
      type,
      value,
    }
  })
  return { ...draft, parameters: given, positional: parameters.positional }
}

export function newParameter(name: string): ParameterDraft {
  return { name, type: 'text', value: '', isIncluded: true, required: false, notes: '' }
}

/** What a draft asks the engine for. Parameters without a name are left out, as those that are not included. */
export function requestOf(draft: CallDraft): CallRequestInput {
  const isTurn = draft.kind === 'turn'
  const sent = sentParameters(draft).map(({ name, type, value }) => ({ name, type, value }))
  const parameters =
    draft.notation === 'form'
      ? { notation: 'form' as const, parameters: sent, positional: draft.positional }
      : draft.notation === 'json'
        ? { notation: 'json' as const, text: draft.jsonText }
        : { notation: 'pairs' as const, text: draft.pairsText }
  const own = wholeNumberOf(draft.timeoutMs)
  return {
    kind: draft.kind === 'turn' ? 'call' : draft.kind,
    command: isTurn ? null : draft.command.trim(),
    parameters,
    componentName: draft.kind === 'event' || draft.kind === 'telemetry' ? draft.componentName.trim() : '',
    ...(draft.waits === 'none' ? { timeoutMs: null } : {}),
    ...(draft.waits === 'own' && own !== null ? { timeoutMs: own } : {}),
  }
}

/** The rows of the form that go out, in their order. */
export function sentParameters(draft: CallDraft): readonly ParameterDraft[] {
  return draft.parameters.filter(({ isIncluded, name }) => isIncluded && name !== '')
}

/** The own time is typed and is none. */
export function timeoutIsWrong({ waits, timeoutMs }: CallDraft): boolean {
  const own = wholeNumberOf(timeoutMs)
  return waits === 'own' && (own === null || own < 1 || own > longestTimeoutMs)
}

/** The command as the catalogue should know it after a call: as the form has it, with what the form does not show kept. */
export function commandOfDraft(draft: CallDraft, known: CatalogueCommand): CatalogueCommand {
  const { timeoutMs: _, ...rest } = known
  const { timeoutMs } = requestOf(draft)
  return {
    ...rest,
    kind: draft.kind === 'turn' ? 'call' : draft.kind,
    parameters: draft.parameters
      .filter(({ name }) => name !== '')
      .map((parameter): CatalogueParameter => ({ ...parameter })),
    positional: draft.positional,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
}

function waitOf({ timeoutMs }: { readonly timeoutMs?: number | null }): Pick<CallDraft, 'waits' | 'timeoutMs'> {
  if (timeoutMs === undefined) return { waits: 'settings', timeoutMs: '' }
  return timeoutMs === null ? { waits: 'none', timeoutMs: '' } : { waits: 'own', timeoutMs: String(timeoutMs) }
}
