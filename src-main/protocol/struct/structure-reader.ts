import type { CompiledCount, CompiledField, CompiledStructure } from './compiled-structure.ts'
import type { StructureNode, StructureProblem } from './decoded-structure.ts'
import { bitNode, leafNode, paddingNode, partNode } from './structure-nodes.ts'
import { readBits } from './bits.ts'
import { isIntegerLeaf, leafInteger } from './leaf-text.ts'
import { endOfStructure, placeField } from './placement.ts'

/** How much of a message becomes a tree. */
export interface DecodeLimits {
  /** Elements shown of each array. */
  readonly elements: number
  /** Nodes of the whole tree. */
  readonly nodes: number
}

/** Fields looked at in one decoding, shown or not: bounds the time of any message. */
const maximumSteps = 1_000_000

/** Where the fields of a structure are, and where their nodes go; `into` null: only their size is wanted. */
interface Place {
  readonly start: number
  readonly prefix: string
  readonly into: StructureNode[] | null
}

/** Reads one message. Stops at the first problem; the tree so far stays. */
export class StructureReader {
  readonly #bytes: Uint8Array
  readonly #limits: DecodeLimits
  /** Integers that counts and selections need, by path. */
  readonly #values = new Map<string, bigint>()
  #steps = 0
  #nodes = 0
  #isStopped = false
  problem: StructureProblem | null = null
  isCut = false

  constructor(bytes: Uint8Array, limits: DecodeLimits) {
    this.#bytes = bytes
    this.#limits = limits
  }

  /** Remembers the first problem and ends the reading; returns it for its node. */
  stop(kind: StructureProblem['kind'], path: string, missingBytes: number | null, message: string): StructureProblem {
    const problem = { kind, path, missingBytes, message }
    this.problem ??= problem
    this.#isStopped = true
    return problem
  }

  /** The structure at the start or after another one. */
  top(structure: CompiledStructure, name: string, prefix: string, start: number): StructureNode {
    const children: StructureNode[] = []
    const end = this.#fields(structure, { start, prefix, into: children })
    const path = prefix === '' ? '' : prefix.slice(0, -1)
    return partNode(
      { kind: 'structure', name, path, typeWords: structure.name, offset: this.#within(start), end, children },
      structure,
    )
  }

  /** The structure that follows, by the value just read; null when none does, or the reading has ended. */
  follower(structure: CompiledStructure, prefix: string): CompiledStructure | null {
    const { next } = structure
    if (next === null || this.#isStopped) return null
    const value = this.#values.get(prefix + next.path) ?? 0n
    const found = next.cases.find(({ low, high }) => value >= low && value <= high)
    return found?.structure ?? next.otherwise
  }

  /** Reads all fields; returns the byte after the last. */
  #fields(structure: CompiledStructure, place: Place): number {
    let cursor = 0
    let isAnyCut = false
    for (const field of structure.fields) {
      if (!this.#step(place.prefix + field.name)) break
      const from = structure.isUnion ? 0 : cursor
      const at = placeField(from, field)
      if (!structure.isUnion) this.#padding(from, at, place)
      const end = field.bits === null ? this.#field(field, at, place) : this.#bits(field, at, place, structure)
      if (!structure.isUnion) {
        cursor = end
        continue
      }
      cursor = Math.max(cursor, end)
      // The fields of a union stand beside each other: one that is cut off says nothing of the others.
      if (this.#hasStopped() && this.problem?.kind === 'missing-bytes') {
        isAnyCut = true
        this.#isStopped = false
      }
    }
    this.#isStopped ||= isAnyCut
    if (this.#hasStopped()) return Math.min(this.#bytes.length, place.start + Math.ceil(cursor / 8))
    const end = endOfStructure(cursor, structure)
    this.#padding(cursor, end, place)
    const missing = place.start + end / 8 - this.#bytes.length
    if (missing > 0)
      this.stop('missing-bytes', place.prefix.slice(0, -1), missing, `${bytesWords(missing)} of padding missing.`)
    return Math.min(this.#bytes.length, place.start + end / 8)
  }

  /** A place that is not behind the end: alignment may lead there. */
  #within(offset: number): number {
    return Math.min(offset, this.#bytes.length)
  }

  #hasStopped(): boolean {
    return this.#isStopped
  }

  #step(path: string): boolean {
    this.#steps++
    if (this.#steps > maximumSteps) this.stop('limit', path, null, 'There are more fields than are decoded at once.')
    return !this.#isStopped
  }

  /** Adds a node while there is room for it. */
  #add(node: StructureNode, into: StructureNode[] | null): void {
    if (into === null) return
    if (this.#nodes >= this.#limits.nodes) {
      this.isCut = true
      return
    }
    this.#nodes++
    into.push(node)
  }

  #padding(fromBits: number, toBits: number, { start, into }: Place): void {
    const availableBits = Math.min(toBits, (this.#bytes.length - start) * 8)
    if (into !== null && availableBits > fromBits) this.#add(paddingNode(start, fromBits, availableBits), into)
  }

  #bits(field: CompiledField, at: number, place: Place, structure: CompiledStructure): number {
    const width = field.bits?.width ?? 0
    const { leaf } = field
    if (width === 0 || leaf === null || !isIntegerLeaf(leaf)) return at
    const first = place.start * 8 + at
    const path = place.prefix + field.name
    const missing = Math.ceil((first + width) / 8) - this.#bytes.length
    let value: bigint | null = null
    let problem: StructureProblem | null = null
    if (missing > 0) problem = this.#missing(path, missing)
    else value = leafInteger(leaf, readBits(this.#bytes, first, width, structure.byteOrder), width)
    if (field.isReferenced && value !== null) this.#values.set(path, value)
    if (field.name === '') this.#padding(at, at + width, place)
    else if (place.into !== null) {
      this.#add(bitNode(field, { path, first, width, value, availableBytes: this.#bytes.length, problem }), place.into)
    }
    return at + width
  }

  #missing(path: string, missing: number): StructureProblem {
    return this.stop('missing-bytes', path, missing, `${bytesWords(missing)} missing at ${path || 'the start'}.`)
  }

  #field(field: CompiledField, at: number, place: Place): number {
    const start = place.start + at / 8
    const path = place.prefix + field.name
    const counts: number[] = []
    for (const count of field.dimensions) {
      const resolved = this.#count(count, field, place.prefix, path, start)
      if (resolved === null) break
      counts.push(resolved)
    }
    const end = this.#isStopped
      ? start
      : this.#array(field, counts, { start, path, name: field.name, scope: place.prefix, into: place.into })
    if (this.#isStopped && counts.length < field.dimensions.length)
      this.#add(this.#failed(field, path, start), place.into)
    return (end - place.start) * 8
  }

  /** The node of an array whose count is no count. */
  #failed(field: CompiledField, path: string, start: number): StructureNode {
    const { name, typeWords } = field
    const place = this.#within(start)
    return partNode({ kind: 'array', name, path, typeWords, offset: place, end: place, children: [] }, null, {
      notes: field.notes,
      problem: this.problem,
    })
  }

  /** The value of a count; null after a problem. `rest`: as many as fit, -1 when only reading tells. */
  #count(count: CompiledCount, field: CompiledField, prefix: string, path: string, start: number): number | null {
    if (typeof count === 'number') return count
    if (count === 'rest') return this.#restOf(field, start)
    const value = (this.#values.get(prefix + count.path) ?? 0n) + BigInt(count.add)
    if (value < 0n) {
      this.stop('bad-count', path, null, `The count from ${count.path} would be ${value}.`)
      return null
    }
    return value > 0x1fffffffffffffn ? Number.MAX_SAFE_INTEGER : Number(value)
  }

  #restOf(field: CompiledField, start: number): number {
    let unit = field.elementSize
    for (const count of field.dimensions.slice(1))
      unit = unit !== null && typeof count === 'number' ? unit * count : null
    if (unit === null) return -1
    return unit === 0 ? 0 : Math.max(0, Math.floor((this.#bytes.length - start) / unit))
  }

  /** A field, or what is below its first dimensions; `counts` are those still open. Returns the byte after it. */
  #array(field: CompiledField, counts: readonly number[], at: Entry): number {
    const [count, ...inner] = counts
    if (count === undefined) return this.#element(field, at)
    const unit = inner.reduce<number | null>((size, n) => (size === null ? null : size * n), field.elementSize)
    const children: StructureNode[] = []
    const entry = (index: number, start: number, isShown: boolean): number => {
      if (isShown && this.#nodes >= this.#limits.nodes) this.isCut = true
      return this.#array(field, inner, {
        start,
        path: `${at.path}[${index}]`,
        name: `[${index}]`,
        scope: at.scope,
        into: isShown && at.into !== null ? children : null,
      })
    }
    const shown = at.into === null ? 0 : this.#limits.elements
    const read = unit === null ? this.#variable(count, shown, at, entry) : this.#fixed(count, unit, shown, at, entry)
    if (at.into !== null && read.count > shown) this.isCut = true
    if (at.into !== null) {
      const typeWords = at.name === field.name ? field.typeWords : wordsOfPart(field, counts)
      const part = {
        kind: 'array' as const,
        name: at.name,
        path: at.path,
        typeWords,
        offset: this.#within(at.start),
        end: read.end,
        children,
      }
      this.#add(
        partNode(part, null, { notes: field.notes, count: read.count, leaf: field.leaf, problem: read.problem }),
        at.into,
      )
    }
    return read.end
  }

  /** Entries of one size: the first ones are read, the others only counted. */
  #fixed(count: number, unit: number, shown: number, at: Entry, entry: ReadEntry): ArrayRead {
    let index = 0
    for (; index < Math.min(count, shown) && !this.#isStopped; index++) {
      if (!this.#step(at.path)) break
      if (at.into !== null && this.#nodes >= this.#limits.nodes) {
        this.isCut = true
        break
      }
      entry(index, at.start + index * unit, true)
    }
    const end = at.start + count * unit
    if (this.#isStopped || end <= this.#bytes.length) {
      return { count, end: Math.min(end, this.#bytes.length), problem: null }
    }
    const fits = Math.floor((this.#bytes.length - at.start) / unit)
    const missing = Math.min(Number.MAX_SAFE_INTEGER, end - this.#bytes.length)
    const words = `${bytesWords(missing)} missing: only ${fits} of ${count} elements of ${at.path} are there.`
    return {
      count,
      end: this.#bytes.length,
      problem: this.stop('missing-bytes', `${at.path}[${fits}]`, missing, words),
    }
  }

  /** Entries whose sizes differ: all are read, the first ones shown. A count of -1: until the bytes end. */
  #variable(count: number, shown: number, at: Entry, entry: ReadEntry): ArrayRead {
    let end = at.start
    let index = 0
    for (; (count < 0 ? end < this.#bytes.length : index < count) && !this.#isStopped; index++) {
      if (!this.#step(at.path)) break
      const after = entry(index, end, index < shown)
      if (count < 0 && after === end) break
      end = after
    }
    return { count: count < 0 ? index : count, end, problem: null }
  }

  #element(field: CompiledField, at: Entry): number {
    if (field.structure !== null) {
      const children: StructureNode[] | null = at.into === null ? null : []
      const prefix = field.name === '' ? at.path : `${at.path}.`
      const end = this.#fields(field.structure, { start: at.start, prefix, into: children })
      if (children !== null) {
        const path = field.name === '' ? '' : at.path
        const part = {
          kind: 'structure' as const,
          name: at.name,
          path,
          typeWords: field.elementWords,
          offset: this.#within(at.start),
          end,
          children,
        }
        this.#add(partNode(part, field.structure, { notes: field.notes }), at.into)
      }
      return end
    }
    const size = this.#lengthOf(field, at)
    if (size === null) {
      this.#add(this.#failed(field, at.path, at.start), at.into)
      return at.start
    }
    const missing = at.start + size - this.#bytes.length
    const problem = missing > 0 ? this.#missing(at.path, Math.min(missing, Number.MAX_SAFE_INTEGER)) : null
    const end = Math.min(at.start + size, this.#bytes.length)
    if (at.into !== null || field.isReferenced) {
      const node = leafNode(field, at, this.#bytes, end, problem)
      if (field.isReferenced && node.value !== null && 'value' in node.value && typeof node.value.value === 'bigint') {
        this.#values.set(at.path, node.value.value)
      }
      this.#add(node, at.into)
    }
    return Math.max(at.start, end)
  }

  #lengthOf(field: CompiledField, at: Entry): number | null {
    if (field.length === 'rest') return Math.max(0, this.#bytes.length - at.start)
    if (field.length === null) return field.elementSize
    return this.#count(field.length, field, at.scope, at.path, at.start)
  }
}

/** One element, or a part of an array. */
interface Entry {
  readonly start: number
  readonly path: string
  readonly name: string
  /** Paths of the structure that holds the field begin with it. */
  readonly scope: string
  readonly into: StructureNode[] | null
}

type ReadEntry = (index: number, start: number, isShown: boolean) => number

interface ArrayRead {
  readonly count: number
  readonly end: number
  readonly problem: StructureProblem | null
}

function wordsOfPart(field: CompiledField, counts: readonly number[]): string {
  return field.elementWords + counts.map((count) => `[${count}]`).join('')
}

function bytesWords(count: number): string {
  return count === 1 ? '1 byte is' : `${count.toLocaleString('en-US')} bytes are`
}
