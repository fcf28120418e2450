import { integerToBytes, readUnsigned, writeBits, readBits } from './bits.ts'
import type { CompiledCount, CompiledField, CompiledStructure } from './compiled-structure.ts'
import { givenCount, givenLength } from './given-counts.ts'
import { integerLeafBytes, isIntegerLeaf, leafInteger, leafRange, parseLeaf, parseLeafInteger } from './leaf-text.ts'
import { endOfStructure, placeField } from './placement.ts'
import { findInteger } from './field-references.ts'
import { splitList, takeText, valueMalformed, type ValueTree } from './value-tree.ts'

/** Most bytes of one encoded message. */
const maximumBytes = 16 * 1_048_576
/** Fields written in one encoding: bounds the time of any values. */
const maximumSteps = 1_000_000

interface Place {
  readonly start: number
  readonly prefix: string
  readonly tree: ValueTree | undefined
}

interface Entry {
  readonly start: number
  readonly path: string
  /** Paths of the structure that holds the field begin with it. */
  readonly scope: string
  readonly tree: ValueTree | undefined
}

/** Writes one message. Throws `structure-value-malformed`. */
export class StructureWriter {
  #bytes = new Uint8Array(256)
  /** Bits that hold a value that was given: in unions, where values share bytes. */
  #given = new Uint8Array(0)
  #length = 0
  #unions = 0
  #steps = 0
  /** Counts computed from what is given, and all values that counts and selections need, by path. */
  readonly #computed = new Map<string, bigint>()
  readonly #values = new Map<string, bigint>()

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** Writes all fields; returns the byte after the last. */
  fields(structure: CompiledStructure, { start, prefix, tree }: Place): number {
    this.#computeCounts(structure, prefix, tree)
    if (structure.isUnion) this.#unions++
    let cursor = 0
    for (const field of structure.fields) {
      this.#step(prefix + field.name)
      const at = placeField(structure.isUnion ? 0 : cursor, field)
      const member = field.name === '' ? tree : tree?.members.get(field.name)
      const entry = { start: start + at / 8, path: prefix + field.name, scope: prefix, tree: member }
      const end = field.bits === null ? this.#field(field, entry, start) : this.#bits(field, at, entry, start)
      cursor = structure.isUnion ? Math.max(cursor, end) : end
    }
    if (structure.isUnion) this.#unions--
    const end = start + endOfStructure(cursor, structure) / 8
    this.#reserve(end, prefix)
    return end
  }

  /** The structure that follows, by the value just written. */
  follower(structure: CompiledStructure, prefix: string): CompiledStructure | null {
    const { next } = structure
    if (next === null) return null
    const value = this.#values.get(prefix + next.path) ?? 0n
    return next.cases.find(({ low, high }) => value >= low && value <= high)?.structure ?? next.otherwise
  }

  #step(path: string): void {
    this.#steps++
    if (this.#steps > maximumSteps) throw valueMalformed(path, 'There are more fields than are encoded at once.')
  }

  /** Makes room, zero filled, before anything is allocated for it. */
  #reserve(end: number, path: string): void {
    if (end > maximumBytes) throw valueMalformed(path, `The message would have more than ${maximumBytes} bytes.`)
    this.#length = Math.max(this.#length, end)
    if (this.#bytes.length >= end) return
    const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
  }

  /** Counts that are left empty take the number of what is given. */
  #computeCounts(structure: CompiledStructure, prefix: string, tree: ValueTree | undefined): void {
    for (const field of structure.fields) {
      const member = field.name === '' ? tree : tree?.members.get(field.name)
      field.dimensions.forEach((count, level) => {
        if (typeof count === 'object') this.#compute(structure, prefix, count, givenCount(field, member, level))
      })
      if (typeof field.length === 'object' && field.length !== null) {
        this.#compute(structure, prefix, field.length, givenLength(field, member))
      }
    }
  }

  #compute(
    structure: CompiledStructure,
    prefix: string,
    count: { readonly path: string; readonly add: number },
    given: number,
  ): void {
    const target = findInteger(count.path, structure.fields)
    if (typeof target === 'string' || target.leaf === null || !isIntegerLeaf(target.leaf)) return
    const { minimum } = leafRange(target.leaf, target.bits?.width ?? null)
    const wanted = BigInt(given) - BigInt(count.add)
    const value = wanted < minimum ? minimum : wanted
    const path = prefix + count.path
    const known = this.#computed.get(path)
    this.#computed.set(path, known === undefined || known < value ? value : known)
  }

  #bits(field: CompiledField, at: number, entry: Entry, start: number): number {
    const width = field.bits?.width ?? 0
    const { leaf } = field
    if (width === 0 || leaf === null || !isIntegerLeaf(leaf)) return at
    const first = start * 8 + at
    this.#reserve(Math.ceil((first + width) / 8), entry.path)
    const text = takeText(field.name === '' ? undefined : entry.tree)
    const value = this.#integer(field, text, entry.path, width)
    if (value !== null) {
      const unsigned = BigInt.asUintN(width, value)
      if (this.#unions > 0) {
        const given = readBits(this.#givenBits(), first, width, leaf.byteOrder)
        const there = readBits(this.#bytes, first, width, leaf.byteOrder)
        if ((given & (there ^ unsigned)) !== 0n) throw disagreement(entry.path)
        writeBits(this.#givenBits(), first, width, (1n << BigInt(width)) - 1n, leaf.byteOrder)
      }
      writeBits(this.#bytes, first, width, unsigned, leaf.byteOrder)
    }
    if (field.isReferenced)
      this.#remember(entry.path, value, readBits(this.#bytes, first, width, leaf.byteOrder), field)
    return at + width
  }

  #remember(path: string, value: bigint | null, unsigned: bigint, field: CompiledField): void {
    const { leaf } = field
    if (leaf === null || !isIntegerLeaf(leaf)) return
    const bits = field.bits?.width ?? integerLeafBytes(leaf) * 8
    this.#values.set(path, value ?? leafInteger(leaf, unsigned, bits))
  }

  /** The value typed, else the one computed; null when there is none. */
  #integer(field: CompiledField, text: string | null, path: string, width: number | null): bigint | null {
    const { leaf } = field
    if (leaf === null || !isIntegerLeaf(leaf)) return null
    if (text !== null) {
      const parsed = parseLeafInteger(leaf, text, width)
      if (!parsed.ok) throw valueMalformed(path, parsed.reason)
      return parsed.value
    }
    const computed = this.#computed.get(path)
    if (computed === undefined || !field.isReferenced) return null
    const { maximum } = leafRange(leaf, width)
    if (computed > maximum)
      throw valueMalformed(path, `It counts ${computed}, but its type only holds up to ${maximum}.`)
    return computed
  }

  #field(field: CompiledField, entry: Entry, structureStart: number): number {
    const counts = field.dimensions.map((count, level) =>
      this.#count(count, entry, () => givenCount(field, entry.tree, level)),
    )
    return (this.#array(field, counts, entry) - structureStart) * 8
  }

  #count(count: CompiledCount, entry: Entry, given: () => number): number {
    if (typeof count === 'number') return count
    if (count === 'rest') return given()
    const value = (this.#values.get(entry.scope + count.path) ?? 0n) + BigInt(count.add)
    if (value < 0n) {
      throw valueMalformed(entry.scope + count.path, `The count of ${entry.path} would be ${value}.`)
    }
    if (value > BigInt(maximumBytes)) {
      throw valueMalformed(entry.scope + count.path, `${entry.path} would have ${value} elements.`)
    }
    return Number(value)
  }

  #array(field: CompiledField, counts: readonly number[], entry: Entry): number {
    const [count, ...inner] = counts
    if (count === undefined) return this.#element(field, entry)
    const { tree, path, start } = entry
    const whole = takeText(tree)
    if (whole !== null) return this.#list(field, counts, entry, whole)
    for (const index of tree?.elements.keys() ?? []) {
      if (index >= count) throw valueMalformed(`${path}[${index}]`, `${path} has ${count} elements, from 0.`)
    }
    const unit = inner.reduce<number | null>((size, n) => (size === null ? null : size * n), field.elementSize)
    const part = (index: number, at: number): number =>
      this.#array(field, inner, { ...entry, start: at, path: `${path}[${index}]`, tree: tree?.elements.get(index) })
    if (unit !== null) {
      this.#reserve(start + count * unit, path)
      for (const index of tree?.elements.keys() ?? []) {
        this.#step(path)
        part(index, start + index * unit)
      }
      return start + count * unit
    }
    let end = start
    for (let index = 0; index < count; index++) {
      this.#step(path)
      end = part(index, end)
    }
    return end
  }

  /** An array given in one text. */
  #list(field: CompiledField, counts: readonly number[], entry: Entry, text: string): number {
    const { path, start, tree } = entry
    const size = field.elementSize
    if (size === null || field.leaf === null || field.length !== null) {
      throw valueMalformed(path, `Give its elements one by one, as ${path}[0].`)
    }
    if ((tree?.elements.size ?? 0) > 0) throw valueMalformed(path, 'Give it whole or by its elements, not both.')
    const elements = counts.reduce((product, count) => product * count, 1)
    const texts = splitList(text)
    if (texts.length > elements) {
      throw valueMalformed(path, `It has ${elements} elements, but ${texts.length} values are given.`)
    }
    this.#reserve(start + elements * size, path)
    texts.forEach((value, index) => {
      this.#step(path)
      this.#leaf(field, value === '' ? null : value, start + index * size, `${path}[${index}]`, size)
    })
    return start + elements * size
  }

  #element(field: CompiledField, entry: Entry): number {
    const { tree, start, path } = entry
    if (field.structure !== null) {
      const prefix = field.name === '' ? entry.scope : `${path}.`
      return this.fields(field.structure, { start, prefix, tree })
    }
    const { length } = field
    const size =
      length === null ? (field.elementSize ?? 0) : this.#count(length, entry, () => givenLength(field, tree, 0))
    this.#reserve(start + size, path)
    const text = field.length === null ? takeText(tree) : takeWhole(tree)
    this.#leaf(field, text, start, path, size)
    return start + size
  }

  #leaf(field: CompiledField, text: string | null, start: number, path: string, size: number): void {
    const { leaf } = field
    if (leaf === null) return
    if (isIntegerLeaf(leaf)) {
      const value = this.#integer(field, text, path, null)
      if (value !== null) this.#put(integerToBytes(value, size, leaf.byteOrder), start, size, path)
      if (field.isReferenced) this.#remember(path, value, readUnsigned(this.#bytes, start, size, leaf.byteOrder), field)
      return
    }
    if (text === null) return
    const parsed = parseLeaf(leaf, text)
    if (!parsed.ok) throw valueMalformed(path, parsed.reason)
    if (parsed.bytes.length > size) {
      throw valueMalformed(path, `It holds ${size} bytes, but ${parsed.bytes.length} are given.`)
    }
    this.#put(parsed.bytes, start, size, path)
  }

  /** Writes a value of `size` bytes; what is given shorter is filled with zeros. */
  #put(bytes: Uint8Array, start: number, size: number, path: string): void {
    if (this.#unions > 0) {
      const given = this.#givenBits()
      for (let index = 0; index < size; index++) {
        const differing = (this.#bytes[start + index] ?? 0) ^ (bytes[index] ?? 0)
        if ((differing & (given[start + index] ?? 0)) !== 0) throw disagreement(path)
        given[start + index] = 0xff
      }
    }
    this.#bytes.set(bytes, start)
  }

  #givenBits(): Uint8Array {
    if (this.#given.length < this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length)
      grown.set(this.#given)
      this.#given = grown
    }
    return this.#given
  }
}

/** Text and bytes: also white space is a value. */
function takeWhole(tree: ValueTree | undefined): string | null {
  if (tree === undefined) return null
  tree.isUsed = true
  return tree.text === '' ? null : tree.text
}

function disagreement(path: string): Error {
  return valueMalformed(path, 'It shares bytes with another value of the union that differs. Leave one of them empty.')
}
