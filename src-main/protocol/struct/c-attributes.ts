import type { StructureByteOrder } from '../../contract/schemas/structure.ts'
import type { CCursor } from './c-cursor.ts'
import type { CEnvironment } from './c-environment.ts'

/** What attributes say about a structure. */
export interface CAttributes {
  isPacked: boolean
  byteOrder: StructureByteOrder | null
}

/** Attributes that change nothing about where fields are. */
const harmless = new Set([
  'maybe_unused',
  'unused',
  'deprecated',
  'nodiscard',
  'gcc_struct',
  'may_alias',
  'designated_init',
])

/**
 * Skips attributes in all notations. `packed` and `scalar_storage_order` are collected into `found`; those that would
 * change the layout otherwise are warned of.
 */
export function readAttributes(cursor: CCursor, environment: CEnvironment, found: CAttributes): void {
  for (;;) {
    const token = cursor.peek()
    if (cursor.take('__packed')) {
      found.isPacked = true
    } else if (cursor.take('__attribute__') || cursor.take('__attribute')) {
      cursor.expect('(')
      readList(
        cursor.skipTo('(', ')').map((part) => part.text),
        environment,
        found,
        token.line,
      )
    } else if (cursor.take('[[')) {
      const parts: string[] = []
      while (!cursor.is(']]') && cursor.peek().kind !== 'end') parts.push(cursor.next().text)
      cursor.expect(']]')
      readList(parts, environment, found, token.line)
    } else if (cursor.take('alignas') || cursor.take('_Alignas') || cursor.take('__declspec')) {
      cursor.expect('(')
      const inside = cursor.skipTo('(', ')')
      environment.warn(token, `${token.text}(${inside.map((part) => part.text).join('')}) is not honoured.`)
    } else {
      return
    }
  }
}

function readList(parts: readonly string[], environment: CEnvironment, found: CAttributes, line: number): void {
  parts.forEach((part, index) => {
    const name = part.replace(/^__(\w+)__$/, '$1')
    if (name === 'packed') {
      found.isPacked = true
    } else if (name === 'scalar_storage_order') {
      found.byteOrder = parts[index + 2]?.includes('big') === true ? 'big' : 'little'
    } else if (/^[A-Za-z_]\w*$/.test(name) && name !== 'gnu' && !harmless.has(name)) {
      environment.warn({ kind: 'word', text: name, index: 0, line }, `The attribute ${name} is not honoured.`)
    }
  })
}
