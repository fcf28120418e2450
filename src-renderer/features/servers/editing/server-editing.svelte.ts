import { untrack } from 'svelte'
import type { ErrorShape } from '../../../../src-main/contract/errors.ts'
import type { ServerFaultKind } from '../../../../src-main/contract/schemas/server-faults.ts'
import type { ServerDefinition, ServerSnapshot } from '../../../../src-main/contract/schemas/server.ts'
import type { Workbench } from '../../../state/workbench.svelte.ts'
import { serverViewWords as words } from '../../../strings/server-view.ts'
import type { CommandDraft } from '../commands/command-draft.ts'
import type { RuleDraft } from '../rules/rule-draft.ts'
import { problemsAt, ServerCheck } from './server-check.svelte.ts'
import type { FieldProblems } from './read-item.ts'
import { ServerEdit, type BehaviourPart } from './server-edit.svelte.ts'

const tabOf = { table: 'commands', rules: 'rules', faults: 'faults' } as const satisfies Record<BehaviourPart, string>

/** Editing one server: what is typed, what is wrong with it here and for the engine, and applying it. Getters are reactive. */
export class ServerEditing {
  readonly edit: ServerEdit
  readonly #workbench: Workbench
  readonly #check: ServerCheck
  #applying = $state(false)
  #told = $state('')
  #changedElsewhere = $state.raw<ServerDefinition | null>(null)

  constructor(workbench: Workbench, { definition }: ServerSnapshot) {
    this.#workbench = workbench
    this.edit = new ServerEdit(definition)
    this.#check = new ServerCheck(workbench.servers)
  }

  get applying(): boolean {
    return this.#applying
  }

  /** What applying came to, until something is changed again; empty for nothing. */
  get told(): string {
    return this.edit.changed ? '' : this.#told
  }

  /** What the server became elsewhere while it was edited here; null when nothing. */
  get changedElsewhere(): ServerDefinition | null {
    return this.#changedElsewhere
  }

  /** The definition of the server is this now. What is new is taken where nothing is lost by it. */
  follow(definition: ServerDefinition): void {
    if (this.#applying || this.edit.isBase(definition)) return
    if (this.edit.changed) this.#changedElsewhere = definition
    else this.edit.take(definition)
  }

  /** Gives up what was edited here for what the server became elsewhere. */
  takeTheirs(): void {
    if (this.#changedElsewhere !== null) this.edit.take(this.#changedElsewhere)
    this.#changedElsewhere = null
  }

  /** What is here stays, and will take the place of what is there once it is applied. */
  keepMine(): void {
    if (this.#changedElsewhere !== null) this.edit.follow(this.#changedElsewhere)
    this.#changedElsewhere = null
  }

  revert(): void {
    this.edit.take(this.#changedElsewhere ?? this.edit.base)
    this.#changedElsewhere = null
  }

  /** Has what is edited checked by the engine. Called whenever it changes; what cannot be read here is not asked about. */
  check(definition: ServerDefinition): void {
    const { behaviour } = this.edit
    if (behaviour !== null) untrack(() => this.#check.ask({ ...definition, ...behaviour }))
  }

  close(): void {
    this.#check.close()
  }

  /** A part has something that cannot be read, or that the engine finds wrong. */
  isWrong(part: BehaviourPart): boolean {
    return (
      this.edit.wrongParts.includes(part) ||
      this.#check.problems.some(({ place }) => place === part || place.startsWith(`${part}.`))
    )
  }

  commandProblems(command: CommandDraft): FieldProblems {
    const { commands } = this.edit
    const { problems } = commands.reading(command)
    const nameProblem = this.edit.nameProblem(command)
    const own = nameProblem === null ? problems : new Map([...problems, ['name', nameProblem] as const])
    const names = commands.items.map(({ name }) => name)
    return own.size > 0 ? own : problemsAt(this.#check.problems, { part: 'table', name: command.name }, names)
  }

  ruleProblems(rule: RuleDraft): FieldProblems {
    const { problems } = this.edit.rules.reading(rule)
    return problems.size > 0 ? problems : problemsAt(this.#check.problems, { part: 'rules', name: rule.ruleId }, [])
  }

  faultProblems(kind: ServerFaultKind): FieldProblems {
    return problemsAt(this.#check.problems, { part: 'faults', name: kind }, [])
  }

  /** Why the engine could not check it; null when it could. */
  get checkError(): ErrorShape | null {
    return this.#check.error
  }

  /** Applies everything at once. Answers the view that something is wrong in, with it selected; null when nothing is. */
  async apply(server: ServerSnapshot): Promise<'commands' | 'rules' | 'faults' | null> {
    const { behaviour } = this.edit
    if (behaviour === null) {
      this.#workbench.toasts.show({ level: 'warning', message: words.wrongFirst })
      return this.#selectWrong()
    }
    if (this.#applying) return null
    this.#applying = true
    this.#told = ''
    const { serverId, definition, state } = server
    await this.#workbench.attempt(async () => {
      const { servers, toasts } = this.#workbench
      const applied = { ...definition, ...behaviour }
      await servers.update(serverId, applied)
      this.edit.follow(behaviour)
      this.#changedElsewhere = null
      // What is still being written may be applied as it is, but nobody should take it for something that works.
      const problems = await servers.check(applied)
      const told = state === 'stopped' ? words.applied : words.appliedRunning
      if (problems.length === 0) this.#told = told(definition.name)
      else toasts.show({ level: 'warning', message: words.appliedWrong(definition.name, problems.length) })
    })
    this.#applying = false
    return null
  }

  #selectWrong(): 'commands' | 'rules' | 'faults' | null {
    const { commands, rules, wrongParts } = this.edit
    const [part] = wrongParts
    if (part === undefined) return null
    const command = commands.firstWrong ?? commands.items.find((item) => this.edit.nameProblem(item) !== null)
    if (part === 'table' && command !== undefined) commands.select(command.key)
    if (part === 'rules' && rules.firstWrong !== null) rules.select(rules.firstWrong.key)
    return tabOf[part]
  }
}
