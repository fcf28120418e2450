/** From a definition to a compiled structure: names resolved, sizes computed, every rule checked. */
import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import {
  maximumStructureBytes,
  maximumStructureDepth,
  type InnerStructure,
  type StructureDefinition,
  type StructureEnum,
  type StructureSelection,
} from '../../contract/schemas/structure.ts'
import { compileField, type FieldScope } from './compile-field.ts'
import type {
  CompiledEnum,
  CompiledField,
  CompiledSelection,
  CompiledStructure,
  StructureLibrary,
} from './compiled-structure.ts'
import { caseRange, findInteger } from './field-references.ts'
import { alignUp, placeField } from './placement.ts'
import { structureMalformed } from './structure-malformed.ts'

export type CompileResult =
  { readonly ok: true; readonly structure: CompiledStructure } | { readonly ok: false; readonly error: ErrorShape }

/** Most different structures that one structure may be made of, those that follow it included. */
const maximumStructures = 1000
/** Most lines of a layout, those of nested structures included. */
const maximumExpandedFields = 20_000

/**
 * Resolves and checks a definition. A structure can be compiled once and used for any number of messages.
 * Errors: `structure-malformed` with the `structure`, the `field` where one is to blame, and the `reason`.
 */
export function compileStructure(definition: StructureDefinition, library: StructureLibrary): CompileResult {
  try {
    return { ok: true, structure: new Compiler(library).compile(definition) }
  } catch (thrown) {
    if (thrown instanceof WirebenchError) return { ok: false, error: thrown.toShape() }
    throw thrown
  }
}

/** A structure found by its name, with the definition whose inner structures and enums it sees. */
interface Found {
  readonly body: InnerStructure
  readonly owner: StructureDefinition
}

class Compiler {
  readonly #library: StructureLibrary
  readonly #ofLibrary = new Map<string, StructureDefinition | null>()
  readonly #compiled = new Map<InnerStructure, CompiledStructure>()
  readonly #enums = new Map<StructureEnum, CompiledEnum>()
  readonly #active: InnerStructure[] = []
  /** Structures whose followers are still to be compiled: these may be recursive, so they come last. */
  readonly #waiting: { readonly found: Found; readonly structure: CompiledStructure }[] = []

  constructor(library: StructureLibrary) {
    this.#library = library
  }

  compile(definition: StructureDefinition): CompiledStructure {
    const structure = this.#head({ body: definition, owner: definition })
    for (let entry = this.#waiting.pop(); entry !== undefined; entry = this.#waiting.pop()) {
      const { found } = entry
      if (found.body.next !== null) entry.structure.next = this.#selection(found.body.next, found, entry.structure)
    }
    return structure
  }

  /** A structure that stands at the top, so that what follows it matters. */
  #head(found: Found): CompiledStructure {
    const structure = this.#structure(found)
    if (found.body.next !== null && structure.next === null && !this.#waiting.some((w) => w.structure === structure)) {
      this.#waiting.push({ found, structure })
    }
    return structure
  }

  #find(name: string, owner: StructureDefinition): Found | null {
    const inner = owner.inner.find((candidate) => candidate.name === name)
    if (inner !== undefined) return { body: inner, owner }
    if (owner.name === name) return { body: owner, owner }
    let definition = this.#ofLibrary.get(name)
    if (definition === undefined) {
      definition = this.#library(name)
      this.#ofLibrary.set(name, definition)
    }
    return definition === null ? null : { body: definition, owner: definition }
  }

  #structure(found: Found): CompiledStructure {
    const { body, owner } = found
    const known = this.#compiled.get(body)
    if (known !== undefined) return known
    if (this.#active.includes(body)) {
      throw structureMalformed(body.name, null, `It contains itself: ${this.#chain(body.name)}.`)
    }
    if (this.#active.length >= maximumStructureDepth) {
      throw structureMalformed(body.name, null, `Structures are nested deeper than ${maximumStructureDepth}.`)
    }
    if (this.#compiled.size >= maximumStructures) {
      throw structureMalformed(body.name, null, `It is made of more than ${maximumStructures} structures.`)
    }
    if (new Set(owner.inner.map((inner) => inner.name)).size < owner.inner.length) {
      throw structureMalformed(owner.name, null, 'Two of its inner structures have the same name.')
    }
    this.#active.push(body)
    const scope: FieldScope = {
      body,
      enums: owner === body ? body.enums : [...body.enums, ...owner.enums],
      compiledEnums: this.#enums,
      nested: (name, field) => {
        const nested = this.#find(name, owner)
        if (nested !== null) return this.#structure(nested)
        throw structureMalformed(body.name, field, `There is no structure named ${name}.`)
      },
    }
    const fields: CompiledField[] = []
    for (const field of body.fields) fields.push(compileField(field, fields, scope))
    this.#active.pop()
    const structure = assemble(body, fields)
    this.#compiled.set(body, structure)
    return structure
  }

  #chain(name: string): string {
    const names = this.#active.map((body) => body.name)
    return [...names.slice(names.indexOf(name)), name].join(', ')
  }

  #selection(selection: StructureSelection, found: Found, structure: CompiledStructure): CompiledSelection {
    if (structure.takesRest) {
      throw structureMalformed(structure.name, null, 'Its last field takes all bytes, so nothing can follow it.')
    }
    if (structure.fields.some((field) => field.name === 'next')) {
      throw structureMalformed(structure.name, 'next', 'The name next is taken by the structure that follows.')
    }
    const target = findInteger(selection.field, structure.fields)
    if (typeof target === 'string') throw structureMalformed(structure.name, selection.field, target)
    target.isReferenced = true
    const follower = (name: string): CompiledStructure => {
      const follows = this.#find(name, found.owner)
      if (follows !== null) return this.#head(follows)
      throw structureMalformed(structure.name, selection.field, `There is no structure named ${name} to follow.`)
    }
    return {
      path: selection.field,
      cases: selection.cases.map(({ equals, structure: name }) => {
        const range = caseRange(equals, target)
        if (typeof range === 'string') throw structureMalformed(structure.name, selection.field, range)
        return { ...range, structure: follower(name) }
      }),
      otherwise: selection.otherwise === null ? null : follower(selection.otherwise),
    }
  }
}

function assemble(body: InnerStructure, fields: readonly CompiledField[]): CompiledStructure {
  let cursorBits = 0
  let alignment = 1
  let isFixed = true
  let expandedFields = 0
  const names = new Set<string>()
  for (const field of fields) {
    claimNames(body, field, names)
    if (field.bits === null || field.name !== '') alignment = Math.max(alignment, field.alignment)
    expandedFields += 1 + (field.structure?.expandedFields ?? 0)
    if (field.size === null) isFixed = false
    const startBits = placeField(body.isUnion ? 0 : cursorBits, field)
    const endBits = startBits + (field.bits === null ? (field.size ?? 0) * 8 : field.bits.width)
    cursorBits = body.isUnion ? Math.max(cursorBits, endBits) : endBits
    if (cursorBits > maximumStructureBytes * 8) {
      const words = maximumStructureBytes.toLocaleString('en-US')
      throw structureMalformed(body.name, field.name, `With it the structure has more than ${words} bytes.`)
    }
  }
  const height = 1 + Math.max(0, ...fields.map((field) => field.structure?.height ?? 0))
  if (height > maximumStructureDepth) {
    throw structureMalformed(body.name, null, `Structures are nested deeper than ${maximumStructureDepth}.`)
  }
  if (expandedFields > maximumExpandedFields) {
    throw structureMalformed(body.name, null, `With what is nested it has more than ${maximumExpandedFields} fields.`)
  }
  return {
    name: body.name,
    byteOrder: body.byteOrder,
    isUnion: body.isUnion,
    fields,
    alignment,
    size: isFixed ? alignUp(cursorBits, alignment * 8) / 8 : null,
    takesRest: fields.some((field) => takesRest(field)),
    height,
    expandedFields,
    next: null,
  }
}

function takesRest(field: CompiledField): boolean {
  return field.length === 'rest' || field.dimensions.includes('rest') || (field.structure?.takesRest ?? false)
}

/** Names must differ, those of anonymous structures included, since these are reached as if they stood here. */
function claimNames(body: InnerStructure, field: CompiledField, names: Set<string>): void {
  if (field.name !== '') {
    if (names.has(field.name)) throw structureMalformed(body.name, field.name, 'Another field has the same name.')
    names.add(field.name)
    return
  }
  for (const nested of field.structure?.fields ?? []) claimNames(body, nested, names)
}
