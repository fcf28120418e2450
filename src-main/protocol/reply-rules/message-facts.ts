import type { JsonNode, JsonPath } from '../json/json-node.ts'
import { selectJsonPath } from '../json/json-path.ts'
import { formatJson } from '../json/format-json.ts'
import { latin1Text, readableText } from '../sequence/byte-regular-expression.ts'
import { jsonOfMessage } from '../sequence/message-matching.ts'
import type { CompiledStructure } from '../struct/compiled-structure.ts'
import { decodeCompiled } from '../struct/decode-structure.ts'
import type { StructureNode } from '../struct/decoded-structure.ts'
import { formatInteger, isIntegerLeaf, parseLeafInteger } from '../struct/leaf-text.ts'
import type { MatchBudget } from './match-budget.ts'

/** A value that was found, as text: strings as they are, all other JSON compact. */
export interface FoundValue {
  readonly text: string
}

/** Values at a path as compact JSON, the first of each. */
type ValuesAtPath = ReadonlyMap<string, JsonNode>

/** A message as rules look at it. Whatever is read of it is read once, when it is asked for first. */
export class MessageFacts {
  readonly content: Uint8Array
  #latin1: string | null = null
  #text: string | null = null
  #lowered: string | null = null
  #json: JsonNode | null | undefined = undefined
  readonly #atPaths = new Map<string, ValuesAtPath | null>()
  readonly #fields = new Map<CompiledStructure, ReadonlyMap<string, StructureNode>>()

  constructor(content: Uint8Array) {
    this.content = content
  }

  /** One character a byte. */
  get latin1(): string {
    return (this.#latin1 ??= latin1Text(this.content))
  }

  /** As people read it: UTF-8 when it is that, else one character a byte. */
  get text(): string {
    return (this.#text ??= readableText(this.content))
  }

  get lowered(): string {
    return (this.#lowered ??= this.text.toLowerCase())
  }

  /**
   * What JSON, or else MessagePack, has at a path; with `equals` exactly that value. Undefined when it has nothing such, null when the
   * budget does not let it be found out.
   */
  jsonValue(
    path: JsonPath,
    pathText: string,
    equals: string | null,
    budget: MatchBudget,
  ): FoundValue | undefined | null {
    const values = this.#valuesAt(path, pathText, budget)
    if (values === null) return null
    const [first] = values.values()
    const node = equals === null ? first : values.get(equals)
    if (node === undefined) return undefined
    return { text: node.kind === 'string' ? node.value : formatJson(node, 'compact') }
  }

  /** The field of a structure by its path, with a value; with `equals` that one, written as the form of the composer takes it. */
  fieldValue(
    structure: CompiledStructure,
    path: string,
    equals: string | null,
    budget: MatchBudget,
  ): FoundValue | undefined | null {
    let fields = this.#fields.get(structure)
    if (fields === undefined) {
      if (!budget.spend(this.content.length)) return null
      fields = fieldsOf(decodeCompiled(structure, this.content).root)
      this.#fields.set(structure, fields)
    }
    const node = fields.get(path)
    if (node?.text === null || node?.text === undefined) return undefined
    return equals === null || equals === node.text || isSameInteger(node, equals) ? { text: node.text } : undefined
  }

  #valuesAt(path: JsonPath, pathText: string, budget: MatchBudget): ValuesAtPath | null {
    const known = this.#atPaths.get(pathText)
    if (known !== undefined) return known
    if (this.#json === undefined) this.#json = jsonOfMessage(this.content)
    let values: ValuesAtPath | null = new Map()
    if (this.#json !== null) values = budget.spend(this.content.length) ? valuesOf(this.#json, path) : null
    this.#atPaths.set(pathText, values)
    return values
  }
}

function valuesOf(root: JsonNode, path: JsonPath): ValuesAtPath {
  const values = new Map<string, JsonNode>()
  for (const node of selectJsonPath(root, path)) {
    const text = formatJson(node, 'compact')
    if (!values.has(text)) values.set(text, node)
  }
  return values
}

/** Every value of a structure by its path. */
function fieldsOf(root: StructureNode): ReadonlyMap<string, StructureNode> {
  const fields = new Map<string, StructureNode>()
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === 'value' && !fields.has(node.path)) fields.set(node.path, node)
    open.push(...node.children)
  }
  return fields
}

/** `0x10`, `16` and the name of an enum may all be the same. */
function isSameInteger({ leaf, bits, text }: StructureNode, equals: string): boolean {
  if (leaf === null || !isIntegerLeaf(leaf)) return false
  const parsed = parseLeafInteger(leaf, equals, bits?.width ?? null)
  return parsed.ok && formatInteger(leaf, parsed.value) === text
}
