import type {
  InnerStructure,
  StructureByteOrder,
  StructureDefinition,
  StructureEnum,
} from '../../contract/schemas/structure.ts'
import { CCursor } from './c-cursor.ts'
import { readExpression } from './c-expression.ts'
import { cMalformed, tokenizeC, type CToken } from './c-tokens.ts'
import type { CDataModel, CType } from './c-types.ts'

export type MaximumAlignment = StructureDefinition['maximumAlignment']

/** What the anonymous structures inside of one definition share with it. */
export interface DefinitionScope {
  readonly inner: InnerStructure[]
  readonly enums: Map<string, StructureEnum>
}

/** Most structures and enums of one text, and most warnings. */
const maximumDefinitions = 1000
const maximumWarnings = 100

/** Everything a C text has declared so far. */
export class CEnvironment {
  readonly model: CDataModel
  readonly byteOrder: StructureByteOrder
  readonly constants = new Map<string, bigint>()
  readonly typedefs = new Map<string, CType>()
  readonly enums = new Map<string, StructureEnum>()
  /** From a tag to the name of its definition. */
  readonly tags = new Map<string, string>()
  readonly definitions: StructureDefinition[] = []
  readonly warnings: string[] = []
  maximumAlignment: MaximumAlignment = null
  /** Blocks of `extern "C" {` that are not closed yet. */
  openBlocks = 0
  readonly #packStack: MaximumAlignment[] = []
  #nameless = 0

  constructor(model: CDataModel, byteOrder: StructureByteOrder) {
    this.model = model
    this.byteOrder = byteOrder
  }

  /** Something that is understood, but not as the compiler does it. */
  warn(token: CToken, sentence: string): void {
    if (this.warnings.length < maximumWarnings) this.warnings.push(`Line ${token.line}: ${sentence}`)
  }

  /** A name for what has none. */
  namelessName(kind: string): string {
    this.#nameless++
    return `anonymous_${kind}${this.#nameless}`
  }

  define(definition: StructureDefinition, token: CToken): void {
    if (this.definitions.some((known) => known.name === definition.name)) {
      throw cMalformed(token, `There are two structures named ${definition.name}.`)
    }
    if (this.definitions.length >= maximumDefinitions) throw cMalformed(token, 'There are more than 1,000 structures.')
    this.definitions.push(definition)
  }

  /** `typedef struct tag { … } Name`: the structure just defined takes the name of the typedef. */
  rename(tag: string, name: string, token: CToken): void {
    const defined = this.definitions.at(-1)
    if (defined?.name !== tag || tag === name) return
    this.definitions.pop()
    this.define({ ...defined, name }, token)
    this.tags.set(tag, name)
    this.tags.set(name, name)
  }

  /** A preprocessor line. */
  directive(token: CToken): void {
    const [, name = '', rest = ''] = /^(\w*)\s*(.*)$/s.exec(token.text) ?? []
    if (name === 'define') this.#define(token, rest)
    else if (name === 'undef') this.constants.delete(rest.trim())
    else if (name === 'pragma') this.#pragma(token, rest.trim())
    else if (['if', 'ifdef', 'ifndef', 'elif', 'else'].includes(name)) {
      if (name !== 'ifndef' || !/_H_*$|_INCLUDED$/i.test(rest)) {
        this.warn(token, `#${name} is not evaluated: everything is read.`)
      }
    } else if (!['include', 'endif', 'error', 'warning', 'line', ''].includes(name)) {
      this.warn(token, `#${name} is not understood and left out.`)
    }
  }

  #define(token: CToken, rest: string): void {
    const [, name, isFunction, value = ''] = /^([A-Za-z_]\w*)(\()?\s*(.*)$/s.exec(rest) ?? []
    if (name === undefined) throw cMalformed(token, 'A name is missing after #define.')
    if (isFunction !== undefined || value.trim() === '') return
    try {
      const cursor = new CCursor(tokenizeC(value))
      const number = readExpression(cursor, this.constants)
      if (cursor.peek().kind === 'end') this.constants.set(name, number)
    } catch {
      // Not a number: it can still be anything else that structures do not need, and is refused where it is used.
      this.constants.delete(name)
    }
  }

  #pragma(token: CToken, text: string): void {
    if (!/^pack\b/.test(text)) return
    const [, inside] = /^pack\s*\(([^()]*)\)$/.exec(text) ?? []
    if (inside === undefined)
      throw cMalformed(token, 'Write #pragma pack(push, 1), #pragma pack(pop) or #pragma pack(1).')
    const words = inside.split(',').map((word) => word.trim())
    if (words[0] === 'pop') {
      if (this.#packStack.length === 0) this.warn(token, '#pragma pack(pop) without a push.')
      this.maximumAlignment = this.#packStack.pop() ?? null
      return
    }
    if (words[0] === 'push') {
      if (this.#packStack.length >= 1000) throw cMalformed(token, 'There are too many pushes without a pop.')
      this.#packStack.push(this.maximumAlignment)
    }
    const bytes = words.find((word) => /^\d+$/.test(word))
    if (bytes !== undefined) this.maximumAlignment = packOf(Number(bytes), token)
    else if (words[0] === '') this.maximumAlignment = null
  }
}

function packOf(bytes: number, token: CToken): MaximumAlignment {
  if (bytes === 0) return null
  if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8 || bytes === 16) return bytes
  throw cMalformed(token, 'Structures can be packed to 1, 2, 4, 8 or 16 bytes.')
}
