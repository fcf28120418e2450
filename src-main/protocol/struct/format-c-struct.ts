/** A definition as C text, to be copied into a program, or pasted back. */
import type {
  StructureCount,
  StructureDefinition,
  StructureEnum,
  StructureField,
  StructureFieldType,
  StructureIntegerType,
} from '../../contract/schemas/structure.ts'

type Body = StructureDefinition['inner'][number]

/**
 * C declarations with the same layout: inner structures first, then the structure itself; structures of the library are
 * only named. `parseCStructs` reads them back. What C cannot say stands in comments: Latin-1 text, floats with a byte order
 * of their own, and what follows the structure.
 */
export function formatCStruct(definition: StructureDefinition): string {
  const bodies: readonly Body[] = [...sortedInner(definition), definition]
  const enums = new EnumNames(definition, bodies)
  const parts = [...enums.declarations(), ...bodies.map((body) => structureText(body, definition, enums))]
  return `${parts.join('\n\n')}\n`
}

/** Inner structures, each after those it is made of. A recursive one has no layout; it comes where it is met. */
function sortedInner(definition: StructureDefinition): readonly Body[] {
  const sorted = new Set<Body>()
  const seen = new Set<Body>()
  const visit = (body: Body): void => {
    if (seen.has(body)) return
    seen.add(body)
    for (const { type } of body.fields) {
      const inner = type.kind === 'structure' ? findInner(definition, type.structure) : undefined
      if (inner !== undefined) visit(inner)
    }
    sorted.add(body)
  }
  definition.inner.forEach(visit)
  return [...sorted]
}

function findInner(definition: StructureDefinition, name: string): Body | undefined {
  return definition.inner.find((inner) => inner.name === name)
}

/** Enums with their integer types: C ties them together, definitions do not. */
class EnumNames {
  readonly #declared = new Map<string, { readonly source: StructureEnum; readonly integer: StructureIntegerType }>()

  readonly #definition: StructureDefinition

  constructor(definition: StructureDefinition, bodies: readonly Body[]) {
    this.#definition = definition
    for (const body of bodies) {
      for (const { type } of body.fields) {
        if (type.kind !== 'enum' || this.#declared.has(type.enum)) continue
        const source = this.#find(type.enum, body)
        // An enum without values is none in C.
        if (source !== undefined && source.values.length > 0) {
          this.#declared.set(type.enum, { source, integer: type.integer })
        }
      }
    }
  }

  #find(name: string, body: Body): StructureEnum | undefined {
    const isNamed = (candidate: StructureEnum): boolean => candidate.name === name
    return body.enums.find(isNamed) ?? this.#definition.enums.find(isNamed)
  }

  /** The C name of an enum type, or null when the name is taken by one with other values or another integer type. */
  nameOf(type: Extract<StructureFieldType, { kind: 'enum' }>, body: Body): string | null {
    const declared = this.#declared.get(type.enum)
    if (declared?.integer !== type.integer) return null
    const own = this.#find(type.enum, body)
    return JSON.stringify(own) === JSON.stringify(declared.source) ? `enum ${type.enum}` : null
  }

  declarations(): readonly string[] {
    return [...this.#declared.values()].map(({ source, integer }) => {
      const values = source.values.map(({ name, value }) => `  ${name} = ${value},`)
      return `enum ${source.name} : ${integerName(integer)} {\n${values.join('\n')}\n};`
    })
  }
}

function structureText(body: Body, definition: StructureDefinition, enums: EnumNames): string {
  const attributes: string[] = []
  if (body.alignment === 'packed') attributes.push('packed')
  if (body.byteOrder === 'big') attributes.push('scalar_storage_order("big-endian")')
  const after = attributes.length === 0 ? '' : ` __attribute__((${attributes.join(', ')}))`
  const lines = body.fields.map((field) => fieldText(field, body, definition, enums))
  const text = `${body.isUnion ? 'union' : 'struct'} ${body.name} {\n${lines.join('')}}${after};`
  const pack = body.alignment === 'packed' ? null : body.maximumAlignment
  const packed = pack === null ? text : `#pragma pack(push, ${pack})\n${text}\n#pragma pack(pop)`
  return body.next === null ? packed : `${packed}\n/* ${body.next.field} chooses what follows */`
}

function fieldText(field: StructureField, body: Body, definition: StructureDefinition, enums: EnumNames): string {
  const { type } = field
  if (field.name === '' && type.kind === 'structure') return anonymousText(type.structure, definition, enums)
  const notes: string[] = []
  const order = field.byteOrder !== null && field.byteOrder !== body.byteOrder ? field.byteOrder : null
  const ordered = order !== null && type.kind === 'integer' && /^u(16|32|64)$/.test(type.integer)
  if (order !== null && !ordered && integerOrFloat(type)) notes.push(`${order}-endian`)
  if (type.kind === 'char' && type.encoding === 'latin-1') notes.push('latin-1')
  if (type.kind === 'enum' && enums.nameOf(type, body) === null) notes.push(type.enum)
  const words = ordered
    ? `__${order === 'big' ? 'b' : 'l'}e${type.integer.slice(1)}`
    : typeName(type, body, definition, enums)
  const length = type.kind === 'bytes' || type.kind === 'char' ? [type.length] : []
  const isOneCharacter = type.kind === 'char' && type.length === 1 && field.dimensions.length === 0
  const counts = isOneCharacter ? [] : [...field.dimensions, ...length]
  const bits = 'bitWidth' in type && type.bitWidth !== null ? ` : ${type.bitWidth}` : ''
  const comment = notes.length === 0 ? '' : ` /* ${notes.join(', ')} */`
  const declarator = `${field.name}${counts.map((count) => `[${countText(count)}]`).join('')}${bits}`
  return `  ${words} ${declarator.trimStart()};${comment}\n`
}

function integerOrFloat(type: StructureFieldType): boolean {
  return type.kind === 'integer' || type.kind === 'float' || type.kind === 'enum'
}

/** An anonymous structure has to be written where it stands. */
function anonymousText(name: string, definition: StructureDefinition, enums: EnumNames): string {
  const inner = findInner(definition, name)
  if (inner === undefined) return `  /* the fields of ${name} */\n`
  const keyword = inner.isUnion ? 'union' : 'struct'
  const text = structureText({ ...inner, next: null }, definition, enums)
  return `  ${text.replace(`${keyword} ${name} {`, `${keyword} {`).replaceAll('\n', '\n  ').replaceAll('\n  #', '\n#')}\n`
}

function typeName(type: StructureFieldType, body: Body, definition: StructureDefinition, enums: EnumNames): string {
  switch (type.kind) {
    case 'integer':
      return integerName(type.integer)
    case 'float':
      return type.float === 'f32' ? 'float' : 'double'
    case 'bool':
      return 'bool'
    case 'char':
      return 'char'
    case 'bytes':
      return 'unsigned char'
    case 'enum':
      return enums.nameOf(type, body) ?? integerName(type.integer)
    case 'structure':
      return `${findInner(definition, type.structure)?.isUnion === true ? 'union' : 'struct'} ${type.structure}`
  }
}

function integerName(integer: StructureIntegerType): string {
  return `${integer.startsWith('u') ? 'uint' : 'int'}${integer.slice(1)}_t`
}

function countText(count: StructureCount): string {
  if (count === 'rest') return ''
  if (typeof count === 'number') return String(count)
  if (count.add === 0) return count.field
  return `${count.field} ${count.add < 0 ? '-' : '+'} ${Math.abs(count.add)}`
}
