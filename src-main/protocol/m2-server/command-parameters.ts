import type { JsonNode, JsonNumberNode, JsonObjectNode } from '../json/json-node.ts'
import { pythonNumber } from '../json/python-number.ts'

/** A parameter that is missing or of the wrong kind: the command fails. */
export class ParameterFault extends Error {
  override readonly name = 'ParameterFault'
}

/**
 * Reads the parameters of a command. Each method throws a `ParameterFault` that names the parameter and what it must be. Of a
 * key that stands more than once the last counts, as in Python; parameters that nobody asks for are ignored.
 */
export class CommandParameters {
  readonly #members: ReadonlyMap<string, JsonNode>

  constructor(root: JsonObjectNode) {
    this.#members = new Map(root.members.map(({ key, value }) => [key, value]))
  }

  flag(name: string): boolean {
    const node = this.#required(name)
    if (node.kind !== 'boolean') throw mustBe(name, 'true or false')
    return node.value
  }

  text(name: string): string {
    const node = this.#required(name)
    if (node.kind !== 'string' || node.value === '') throw mustBe(name, 'a text that is not empty')
    return node.value
  }

  real(name: string): number {
    const value = realOf(this.#required(name))
    if (value === null) throw mustBe(name, 'a number')
    return value
  }

  /** One of those texts or numbers. */
  oneOf<Value extends string | number>(name: string, values: readonly Value[]): Value {
    const node = this.#required(name)
    const given = node.kind === 'string' ? node.value : wholeOf(node)
    const value = values.find((candidate) => candidate === given)
    if (value === undefined) throw mustBe(name, `one of ${values.join(', ')}`)
    return value
  }

  reals(name: string, count: number): readonly number[] {
    return this.#list(name, count, 'numbers', realOf)
  }

  /** The same as Python would write them again. */
  writtenReals(name: string, count: number): readonly string[] {
    return this.#list(name, count, 'numbers', (node) => {
      return node.kind === 'number' && realOf(node) !== null ? pythonNumber(node.text) : null
    })
  }

  /** At least one and at most `limit` indexes from 0 and below `limit`; the same one may stand there twice. */
  indexes(name: string, limit: number): readonly number[] {
    const node = this.#required(name)
    const fault = mustBe(name, `a list of 1 to ${limit} whole numbers from 0 to ${limit - 1}`)
    if (node.kind !== 'array' || node.elements.length === 0 || node.elements.length > limit) throw fault
    return node.elements.map((element) => {
      const value = wholeOf(element)
      if (value === null || value < 0 || value >= limit) throw fault
      return value
    })
  }

  /** A whole number of 64 bits without a sign, as a number or in a text. */
  mask(name: string): bigint {
    const node = this.#required(name)
    const text = node.kind === 'number' ? node.text : node.kind === 'string' ? node.value : ''
    // Digits are limited before anything is converted.
    const value = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n
    if (value < 0n || value >= 1n << 64n) throw mustBe(name, 'a whole number of 64 bits')
    return value
  }

  #required(name: string): JsonNode {
    const node = this.#members.get(name)
    if (node === undefined) throw new ParameterFault(`Parameter ${name} is missing.`)
    return node
  }

  #list<Value>(name: string, count: number, what: string, read: (node: JsonNode) => Value | null): readonly Value[] {
    const node = this.#required(name)
    const fault = mustBe(name, `a list of ${count} ${what}`)
    if (node.kind !== 'array' || node.elements.length !== count) throw fault
    return node.elements.map((element) => {
      const value = read(element)
      if (value === null) throw fault
      return value
    })
  }
}

const mustBe = (name: string, what: string): ParameterFault => new ParameterFault(`Parameter ${name} must be ${what}.`)

const isFinite = (node: JsonNumberNode): boolean => Number.isFinite(Number(node.text))

const realOf = (node: JsonNode): number | null => (node.kind === 'number' && isFinite(node) ? Number(node.text) : null)

/** Whole numbers of Python, so `1.0` is none. */
const wholeOf = (node: JsonNode): number | null =>
  node.kind === 'number' && /^-?\d{1,15}$/.test(node.text) ? Number(node.text) : null
