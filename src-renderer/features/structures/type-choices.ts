import type { StructureStore } from '../../state/structures.svelte.ts'
import { fieldTableWords as words } from '../../strings/structures.ts'
import type { StructureEditor } from './structure-editor.svelte.ts'

/** Types to choose from, in groups. */
export interface TypeGroup {
  readonly label: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}

type PlainType = keyof typeof words.typeLabels

const plain = (...types: readonly PlainType[]) => types.map((value) => ({ value, label: words.typeLabels[value] }))

const plainGroups: readonly TypeGroup[] = [
  { label: words.integers, choices: plain('u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64') },
  { label: words.floats, choices: plain('f32', 'f64') },
  { label: words.others, choices: plain('char', 'bytes', 'bool') },
]

/** Everything a field of the shown structure can be: plain types, enums and structures that it may refer to. */
export function typeGroups(editor: StructureEditor, structures: StructureStore): readonly TypeGroup[] {
  const { bodies } = editor.draft
  const { body } = editor
  const enums = [...new Set([...body.enums, ...bodies[0].enums].map(({ name }) => name))]
  const named = (kind: string, names: readonly string[]) =>
    names.map((name) => ({ value: `${kind}:${name}`, label: name }))
  const groups = [
    ...plainGroups,
    { label: words.enums, choices: named('enum', enums) },
    { label: words.inner, choices: named('structure', innerNames(editor)) },
    { label: words.library, choices: named('structure', libraryNames(editor, structures)) },
  ]
  return groups.filter(({ choices }) => choices.length > 0)
}

/** Structures that may follow the shown one: all, itself included. */
export function followerNames(editor: StructureEditor, structures: StructureStore): readonly string[] {
  const own = editor.draft.bodies.map(({ name }) => name).filter((name) => name !== '')
  return [...new Set([...own, ...libraryNames(editor, structures)])]
}

function innerNames(editor: StructureEditor): readonly string[] {
  return editor.draft.bodies.slice(1).flatMap(({ name, key }) => (name === '' || key === editor.body.key ? [] : [name]))
}

function libraryNames(editor: StructureEditor, structures: StructureStore): readonly string[] {
  const own = new Set(editor.draft.bodies.map(({ name }) => name))
  return structures.entries.flatMap(({ definition: { name } }) =>
    own.has(name) || editor.library(name) === null ? [] : [name],
  )
}

/** Integer fields that a count of a field can refer to: those before it. */
export function countSuggestions(editor: StructureEditor, index: number): readonly string[] {
  return [...integerFields(editor, index), 'rest']
}

/** Integer and enum fields of the shown structure, up to an index. */
export function integerFields(editor: StructureEditor, before = editor.body.fields.length): readonly string[] {
  return editor.body.fields
    .slice(0, before)
    .filter(({ name, type, dimensions }) => name !== '' && dimensions === '' && /^([iu]\d|enum:)/.test(type))
    .map(({ name }) => name)
}
