import type { CommandTable, TableCommand } from '../../../../src-main/contract/schemas/command-table.ts'
import type { FramingSettings } from '../../../../src-main/contract/schemas/framing.ts'
import type { ReplyRule, ReplyRules } from '../../../../src-main/contract/schemas/reply-rules.ts'
import type { ServerDefinition } from '../../../../src-main/contract/schemas/server.ts'
import { commandTableErrors } from '../../../strings/command-table.ts'
import type { FieldError } from '../../../ui/field-error.ts'
import { draftOfFraming, readFraming, type FramingDraft } from '../../interpretation/framing-draft.ts'
import { draftOfCommand, readCommand, type CommandDraft } from '../commands/command-draft.ts'
import { draftOfFaults, faultKinds, readFaults, type FaultsDraft } from '../faults/fault-draft.ts'
import { draftOfRule, readRule, type RuleDraft } from '../rules/rule-draft.ts'
import { numberOf, textOf, wholeNumberOf } from '../typed-number.ts'
import { ItemList } from './item-list.svelte.ts'

const bytesPerMebibyte = 1024 * 1024

/** What of a definition is edited in the tab of a server, and may change while it runs. */
export type Behaviour = Pick<ServerDefinition, 'table' | 'rules' | 'faults'>

/** Which part of the behaviour something is in. */
export type BehaviourPart = keyof Behaviour

/**
 * The commands, rules and faults of one server while they are edited. Nothing reaches the server before it is applied; then all of
 * it does, at once. Every getter is reactive.
 */
export class ServerEdit {
  readonly commands = new ItemList<CommandDraft, TableCommand>(readCommand)
  readonly rules = new ItemList<RuleDraft, ReplyRule>(readRule)
  /** Limits of scripts. */
  timeMs = $state('')
  memoryMebibytes = $state('')
  /** How the rules tell messages apart; as the kind has it unless `ownFraming`. */
  ownFraming = $state(false)
  framing = $state<FramingDraft>(draftOfFraming({ kind: 'lf', maximumFrameBytes: bytesPerMebibyte }))
  faults = $state.raw<FaultsDraft>(draftOfFaults({ seed: 1, faults: [] }))
  #base = $state.raw<Behaviour>({
    table: emptyTable,
    rules: { framing: null, rules: [] },
    faults: { seed: 1, faults: [] },
  })
  readonly #baseTexts = $derived(textsOf(this.#base))
  readonly #table = $derived.by(() => this.#readTable())
  readonly #rules = $derived.by(() => this.#readRules())
  readonly #faults = $derived(readFaults(this.faults).value)
  readonly #changedParts = $derived.by(() => this.#findChanges())
  readonly #names = $derived.by(() => countNames(this.commands.items))

  constructor(definition: ServerDefinition) {
    this.take(definition)
  }

  /** What is edited, as it was when it was taken or applied last. */
  get base(): Behaviour {
    return this.#base
  }

  /** Null while something in it cannot be read. */
  get table(): CommandTable | null {
    return this.#table
  }

  /** Null while something in it cannot be read. */
  get behaviour(): Behaviour | null {
    const [table, rules, faults] = [this.#table, this.#rules, this.#faults]
    return table === null || rules === null || faults === null ? null : { table, rules, faults }
  }

  /** The parts that cannot be read. */
  get wrongParts(): readonly BehaviourPart[] {
    const parts = { table: this.#table, rules: this.#rules, faults: this.#faults }
    return behaviourParts.filter((part) => parts[part] === null)
  }

  /** The parts that differ from what was applied last. */
  get changedParts(): readonly BehaviourPart[] {
    return this.#changedParts
  }

  get changed(): boolean {
    return this.#changedParts.length > 0
  }

  /** A name must be there once. */
  nameProblem({ name }: CommandDraft): FieldError | null {
    return (this.#names.get(name) ?? 0) > 1 ? { message: commandTableErrors.nameTwice ?? '' } : null
  }

  get timeProblem(): FieldError | null {
    const value = wholeNumberOf(this.timeMs)
    return value >= 1 && value <= 60_000 ? null : { message: commandTableErrors.timeMs ?? '' }
  }

  get memoryProblem(): FieldError | null {
    const value = numberOf(this.memoryMebibytes)
    return value >= 1 && value <= 256 ? null : { message: commandTableErrors.memoryBytes ?? '' }
  }

  /** Begins from a definition, or goes back to it. */
  take({ table, rules, faults }: Behaviour): void {
    this.#base = { table, rules, faults }
    this.commands.reset(table.commands.map(draftOfCommand))
    this.rules.reset(rules.rules.map(draftOfRule))
    this.timeMs = textOf(table.scriptLimits.timeMs)
    this.memoryMebibytes = textOf(table.scriptLimits.memoryBytes / bytesPerMebibyte)
    this.ownFraming = rules.framing !== null
    if (rules.framing !== null) this.framing = draftOfFraming(rules.framing)
    this.faults = draftOfFaults(faults)
  }

  /** The definition is this now; what is edited here stays as it is. */
  follow({ table, rules, faults }: Behaviour): void {
    this.#base = { table, rules, faults }
  }

  /** Whether a definition has the behaviour that was taken or applied last. */
  isBase(behaviour: Behaviour): boolean {
    const texts = textsOf(behaviour)
    return behaviourParts.every((part) => texts[part] === this.#baseTexts[part])
  }

  #readTable(): CommandTable | null {
    const commands = this.commands.values
    if (commands === null || this.timeProblem !== null || this.memoryProblem !== null) return null
    if (new Set(commands.map(({ name }) => name)).size < commands.length) return null
    const memoryBytes = Math.round(numberOf(this.memoryMebibytes) * bytesPerMebibyte)
    return { commands: [...commands], scriptLimits: { timeMs: wholeNumberOf(this.timeMs), memoryBytes } }
  }

  #readRules(): ReplyRules | null {
    const rules = this.rules.values
    const framing = this.#readFraming()
    return rules === null || framing === undefined ? null : { framing, rules: [...rules] }
  }

  /** Undefined while it cannot be read. */
  #readFraming(): FramingSettings | null | undefined {
    if (!this.ownFraming) return null
    const reading = readFraming(this.framing)
    return reading.ok ? reading.settings : undefined
  }

  #findChanges(): readonly BehaviourPart[] {
    const present = { table: this.#table, rules: this.#rules, faults: this.#faults }
    return behaviourParts.filter((part) => {
      const value = present[part]
      return value === null || JSON.stringify(value) !== this.#baseTexts[part]
    })
  }
}

const behaviourParts = ['table', 'rules', 'faults'] as const satisfies readonly BehaviourPart[]
const emptyTable: CommandTable = { commands: [], scriptLimits: { timeMs: 1000, memoryBytes: 16 * bytesPerMebibyte } }

function textsOf(behaviour: Behaviour): Readonly<Record<BehaviourPart, string>> {
  const { table, rules, faults } = behaviour
  // Their order in the settings has no effect, so that another one is no change.
  const ordered = faultKinds.flatMap((kind) => faults.faults.filter((fault) => fault.kind === kind))
  return {
    table: JSON.stringify(table),
    rules: JSON.stringify(rules),
    faults: JSON.stringify({ seed: faults.seed, faults: ordered }),
  }
}

function countNames(commands: readonly CommandDraft[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { name } of commands) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
