import type { StructureContent, StructureCount, StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import type { StructureLibrary } from '../../../src-main/protocol/struct/compiled-structure.ts'
import type { StructureStore } from '../../state/structures.svelte.ts'
import { enumWords, structureFieldErrors, structureFormWords } from '../../strings/structures.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { checkDraft, type Problems } from './check-draft.ts'
import { parseCount, parseDimensions, formatCount, formatDimensions } from './count-text.ts'
import { definitionOfBody, layoutBody, type BodyLayout } from './draft-layout.ts'
import {
  draftOf,
  emptyDraft,
  freeName,
  freshKey,
  newBody,
  newField,
  type BodyDraft,
  type FieldDraft,
  type StructureDraft,
} from './structure-draft.ts'

/** A structure while it is edited: what is typed, what is wrong with it, and its layout at every moment. */
export class StructureEditor {
  readonly #store: StructureStore
  readonly draft: StructureDraft
  /** The bytes on which it is tried, as typed. */
  tryHex = $state('')
  #base: StructureEntry | null
  #bodyKey = $state(0)
  #submitted = $state(false)
  #takenName = $state.raw<{ readonly name: string; readonly message: string } | null>(null)
  #unchanged: string
  readonly #checked = $derived.by(() => checkDraft(this.draft))
  readonly #layouts = $derived.by(() =>
    this.draft.bodies.map((body, index) =>
      layoutBody(definitionOfBody(this.definition, index), this.library, this.#readableFields(body)),
    ),
  )
  /** Structures of the library by name, this one as it is typed. */
  readonly library: StructureLibrary = (name) => {
    if (name === this.definition.name) return this.definition
    return name === this.#base?.definition.name ? null : this.#store.byName(name)
  }

  constructor(store: StructureStore, base: StructureEntry | null, folder: string) {
    this.#store = store
    this.#base = base
    this.draft = $state(base === null ? emptyDraft(folder) : draftOf(base))
    this.#bodyKey = this.draft.bodies[0].key
    this.#unchanged = $state(this.#fingerprint())
  }

  /** Something differs from what was opened or saved. */
  get changed(): boolean {
    return this.#fingerprint() !== this.#unchanged
  }

  get definition() {
    return this.#checked.definition
  }

  /** The body that is shown. */
  get bodyIndex(): number {
    return Math.max(
      0,
      this.draft.bodies.findIndex(({ key }) => key === this.#bodyKey),
    )
  }

  get body(): BodyDraft {
    return this.draft.bodies[this.bodyIndex] ?? this.draft.bodies[0]
  }

  showBody(index: number): void {
    this.#bodyKey = (this.draft.bodies[index] ?? this.draft.bodies[0]).key
  }

  layoutOf(index: number): BodyLayout | null {
    return this.#layouts[index] ?? null
  }

  /** Of the body that is shown. */
  get layout(): BodyLayout | null {
    return this.layoutOf(this.bodyIndex)
  }

  /** Texts that say nothing, by place. */
  get problems(): Problems {
    return this.#checked.problems
  }

  /** Everything that is wrong, in texts and in layouts. */
  get problemCount(): number {
    let count = this.problems.size + (this.nameTaken === null ? 0 : 1)
    for (const { fieldProblem, nextProblem, bodyProblem } of this.#layouts) {
      count += [fieldProblem, nextProblem, bodyProblem].filter((problem) => problem !== null).length
    }
    return count
  }

  /** The first thing that is wrong, brought into sight; answers the view that shows it. Null when nothing is. */
  showFirstProblem(): 'fields' | 'enums' | 'next' | 'notes' | null {
    const { bodies } = this.draft
    for (const [index, body] of bodies.entries()) {
      const layout = this.#layouts[index]
      const view = this.#viewWithProblem(body, layout)
      if (view === null) continue
      this.#bodyKey = body.key
      return view
    }
    return this.problems.has('notes') || this.problems.has('tags') ? 'notes' : null
  }

  #viewWithProblem(body: BodyDraft, layout: BodyLayout | undefined): 'fields' | 'enums' | 'next' | null {
    const keys = new Set([...this.problems.keys()].map((place) => Number(place.split('/')[0])))
    if (this.problems.has(`${body.key}/body-name`) || layout?.fieldProblem != null) return 'fields'
    if (body.fields.some(({ key }) => keys.has(key))) return 'fields'
    if (body.enums.some(({ key, values }) => keys.has(key) || values.some((value) => keys.has(value.key))))
      return 'enums'
    const nextIsWrong = this.problems.has(`${body.key}/next-field`) || body.cases.some(({ key }) => keys.has(key))
    return nextIsWrong || layout?.nextProblem != null ? 'next' : null
  }

  /** What is wrong in a body, for its name in the list of bodies. */
  hasProblem(index: number): boolean {
    const layout = this.#layouts[index]
    return layout != null && (layout.fieldProblem ?? layout.nextProblem ?? layout.bodyProblem) !== null
  }

  /** The sentence to show at a place; names that are still empty are complained about only after an attempt to save. */
  problemAt(place: string): FieldError | null {
    const problem = this.problems.get(place) ?? null
    return problem?.message === structureFieldErrors.nameEmpty && !this.#submitted ? null : problem
  }

  /** Another structure of the library has the name. */
  get nameTaken(): FieldError | null {
    const { name } = this.draft.bodies[0]
    const other = this.#store.entries.find(({ id, definition }) => definition.name === name && id !== this.#base?.id)
    if (other !== undefined) {
      return { message: structureFieldErrors.nameTaken(other.name), code: 'structure-name-taken' }
    }
    return this.#takenName?.name === name ? { message: this.#takenName.message, code: 'structure-name-taken' } : null
  }

  /** The engine said that the name is taken, by an entry that this window does not know yet. */
  tellNameTaken(message: string): void {
    this.#takenName = { name: this.draft.bodies[0].name, message }
  }

  /** Names in the list of those that refer to this structure by a name that it no longer has. */
  get leftBehind(): readonly string[] {
    const before = this.#base?.definition.name
    return before === undefined || before === this.draft.bodies[0].name ? [] : this.#store.usersOf(before)
  }

  /** The content to save, null (and every problem shown) while a text says nothing or the name is taken. */
  submit(): StructureContent | null {
    this.#submitted = true
    return this.nameTaken === null ? this.#checked.content : null
  }

  /** Begins again from an entry. */
  reset(entry: StructureEntry): void {
    this.#base = entry
    Object.assign(this.draft, draftOf(entry))
    this.#bodyKey = this.draft.bodies[0].key
    this.#unchanged = this.#fingerprint()
    this.#submitted = false
  }

  /** Adds a field after another, or as the last one; answers its key. */
  addField(after: FieldDraft | null): number {
    const { fields } = this.body
    const names = fields.map(({ name }) => name)
    const field = newField(names.length === 0 ? 'field1' : freeName(after?.name || names.at(-1) || 'field1', names))
    if (after !== null) Object.assign(field, { type: after.type, integer: after.integer, byteOrder: after.byteOrder })
    if (field.type === 'char' || field.type === 'bytes') field.length = after?.length ?? '8'
    fields.splice(after === null ? fields.length : fields.indexOf(after) + 1, 0, field)
    return field.key
  }

  /** Adds a copy after a field; answers its key. */
  duplicateField(field: FieldDraft): number {
    const { fields } = this.body
    const name =
      field.name === ''
        ? ''
        : freeName(
            field.name,
            fields.map((other) => other.name),
          )
    const copy = { ...$state.snapshot(field), key: freshKey(), name }
    fields.splice(fields.indexOf(field) + 1, 0, copy)
    return copy.key
  }

  removeField(field: FieldDraft): void {
    const { fields } = this.body
    fields.splice(fields.indexOf(field), 1)
  }

  /** Moves a field to another place; answers the place, from 0. */
  moveField(field: FieldDraft, to: number): number {
    const { fields } = this.body
    const from = fields.indexOf(field)
    const place = Math.min(fields.length - 1, Math.max(0, to))
    if (from < 0 || from === place) return from
    fields.splice(place, 0, ...fields.splice(from, 1))
    return place
  }

  /** The field got another name: counts and what follows go on referring to it. */
  fieldRenamed(before: string, after: string): void {
    const { body } = this
    if (before === '' || after === '' || body.fields.some(({ name }) => name === before)) return
    for (const field of body.fields) {
      const length = parseCount(field.length)
      const dimensions = parseDimensions(field.dimensions)
      if (length.ok) field.length = formatCount(renamedCount(length.value, before, after))
      if (dimensions.ok && field.dimensions !== '') {
        field.dimensions = formatDimensions(dimensions.value.map((count) => renamedCount(count, before, after)))
      }
    }
    body.nextField = renamedPath(body.nextField, before, after)
  }

  /** An inner structure or an enum got another name: fields of it keep it. */
  partRenamed(kind: 'structure' | 'enum', before: string, after: string): void {
    if (before === '' || after === '') return
    for (const body of kind === 'enum' && this.bodyIndex > 0 ? [this.body] : this.draft.bodies) {
      for (const field of body.fields) if (field.type === `${kind}:${before}`) field.type = `${kind}:${after}`
      if (kind === 'enum') continue
      for (const each of body.cases) if (each.structure === before) each.structure = after
      if (body.otherwise === before) body.otherwise = after
    }
  }

  addInner(): void {
    const names = this.draft.bodies.map(({ name }) => name)
    const body = newBody(freeNumbered(structureFormWords.innerName, names))
    const { byteOrder, alignment, maximumAlignment } = this.draft.bodies[0]
    this.draft.bodies.push({ ...body, byteOrder, alignment, maximumAlignment })
    this.#bodyKey = body.key
  }

  /** Takes the shown inner structure away; the structure itself stays. */
  removeInner(): void {
    const { bodyIndex } = this
    if (bodyIndex === 0) return
    this.draft.bodies.splice(bodyIndex, 1)
    this.#bodyKey = this.draft.bodies[0].key
  }

  addEnum(): void {
    const { enums } = this.body
    const name = freeNumbered(
      enumWords.newName,
      enums.map((each) => each.name),
    )
    enums.push({ key: freshKey(), name, values: [{ key: freshKey(), name: enumWords.newValue(0), value: '0' }] })
  }

  #readableFields({ fields }: BodyDraft): number {
    const parts = ['length', 'dimensions', 'bits']
    const first = fields.findIndex(({ key }) => parts.some((part) => this.problems.has(`${key}/${part}`)))
    return first < 0 ? fields.length : first
  }

  #fingerprint(): string {
    return JSON.stringify(this.draft, (name, value: unknown) => (name === 'key' ? undefined : value))
  }
}

function freeNumbered(nameOf: (number: number) => string, taken: readonly string[]): string {
  let number = taken.length === 0 ? 1 : taken.length
  while (taken.includes(nameOf(number))) number++
  return nameOf(number)
}

function renamedCount(count: StructureCount, before: string, after: string): StructureCount {
  return typeof count === 'object' ? { ...count, field: renamedPath(count.field, before, after) } : count
}

function renamedPath(path: string, before: string, after: string): string {
  const [first, ...others] = path.split('.')
  return first === before ? [after, ...others].join('.') : path
}
