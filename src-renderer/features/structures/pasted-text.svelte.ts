import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { StructureByteOrder, StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import type { CDataModel } from '../../../src-main/protocol/struct/c-types.ts'
import { layoutStructure } from '../../../src-main/protocol/struct/layout-structure.ts'
import { parseCStructs, type CParseResult } from '../../../src-main/protocol/struct/parse-c-structs.ts'
import type { StructureStore } from '../../state/structures.svelte.ts'
import { pasteWords as words } from '../../strings/structures.ts'
import type { EditorMark } from '../../ui/code-editor-setup.ts'
import { planImports, type ImportWish, type PlannedImport } from './import-plan.ts'
import { contentOf } from './structure-actions.ts'

/** C text while it is typed: what is found in it, and what becomes of that. Every getter is reactive. */
export class PastedText {
  readonly #structures: StructureStore
  text = $state('')
  dataModel = $state<CDataModel>('lp64')
  byteOrder = $state<StructureByteOrder>('little')
  folder = $state('')
  #wishes = $state.raw<ReadonlyMap<string, ImportWish>>(new Map())
  readonly #parsed = $derived.by(() => {
    const { text, dataModel, byteOrder } = this
    return text.trim() === '' ? null : parseCStructs(text, { dataModel, byteOrder })
  })
  readonly #plans = $derived.by(() =>
    this.#parsed?.ok === true ? planImports(this.#parsed.definitions, this.#structures.entries, this.#wishes) : [],
  )

  constructor(structures: StructureStore, folder: string) {
    this.#structures = structures
    this.folder = folder
  }

  /** Null without a text. */
  get parsed(): CParseResult | null {
    return this.#parsed
  }

  get plans(): readonly PlannedImport[] {
    return this.#plans
  }

  /** Those that are written. */
  get chosen(): readonly PlannedImport[] {
    return this.#plans.filter(({ definition }) => definition !== null)
  }

  /** Those that take the place of one of the library. */
  get replaced(): readonly PlannedImport[] {
    return this.chosen.filter(({ existing, wish }) => existing !== null && wish.choice === 'replace')
  }

  get canImport(): boolean {
    return this.chosen.length > 0 && this.chosen.every(({ newNameProblem }) => newNameProblem === null)
  }

  /** The place of what is not understood, for the editor. */
  get marks(): readonly EditorMark[] {
    const at = this.#errorIndex
    if (at === null || this.#parsed === null || this.#parsed.ok) return []
    const word = /^[\w$]+/.exec(this.text.slice(at, at + 200))?.[0].length ?? 1
    const to = Math.min(this.text.length, at + word)
    return [{ from: Math.min(at, Math.max(0, to - 1)), to, severity: 'error', message: this.#parsed.error.message }]
  }

  /** The same in words; empty when there is none. */
  get errorPlace(): string {
    const at = this.#errorIndex
    if (at === null) return ''
    const before = this.text.slice(0, at)
    return words.place(before.split('\n').length, before.length - before.lastIndexOf('\n'))
  }

  /** Fields and bytes of every plan in words, with everything that was found at hand. */
  get sizes(): readonly string[] {
    const found = new Map(this.#plans.map((plan) => [plan.found.name, plan.found]))
    return this.#plans.map((plan) => {
      const result = layoutStructure(plan.found, (name) => found.get(name) ?? this.#structures.byName(name))
      if (!result.ok) return result.error.message
      const { size } = result.layout
      return words.sizes(plan.found.fields.length, size === null ? words.openSize : words.bytes(size))
    })
  }

  wish({ found, wish }: PlannedImport, change: Partial<ImportWish>): void {
    this.#wishes = new Map(this.#wishes).set(found.name, { ...wish, ...change })
  }

  /** Writes what is chosen, dependencies first; stops at the first error. Answers what was written until then. */
  async importChosen(): Promise<{ readonly imported: readonly StructureEntry[]; readonly error: ErrorShape | null }> {
    const imported: StructureEntry[] = []
    const folder = this.folder.trim()
    try {
      for (const { definition, existing, wish } of this.chosen) {
        if (definition === null) continue
        imported.push(
          existing !== null && wish.choice === 'replace'
            ? await this.#structures.update(existing.id, existing.revision, { ...contentOf(existing), definition })
            : await this.#structures.create({ name: definition.name, folder, definition }),
        )
      }
      return { imported, error: null }
    } catch (thrown) {
      return { imported, error: toErrorShape(thrown) }
    }
  }

  get #errorIndex(): number | null {
    if (this.#parsed === null || this.#parsed.ok) return null
    return Math.min(this.text.length, Math.max(0, Number(this.#parsed.error.data['position']) - 1))
  }
}
