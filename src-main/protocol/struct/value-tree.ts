/** Values by path (`header.id`, `samples[2]`) as a tree along the structure. */
import { WirebenchError } from '../../contract/errors.ts'

/** Values that one structure can be given: bounds what a hostile caller makes of it. */
const maximumValues = 1_000_000

export interface ValueTree {
  readonly path: string
  /** The text given for exactly this path, null when none is. */
  text: string | null
  /** Set once a field took the text. */
  isUsed: boolean
  readonly members: Map<string, ValueTree>
  readonly elements: Map<number, ValueTree>
}

/** The error of one value, to be thrown. */
export function valueMalformed(path: string, reason: string): WirebenchError {
  return new WirebenchError('structure-value-malformed', { path: path || '(the structure)', reason })
}

/** Builds the tree. Throws `structure-value-malformed` for a text that is no path. */
export function treeOfValues(values: Readonly<Record<string, string>>): ValueTree {
  const root = emptyTree('')
  const paths = Object.keys(values)
  if (paths.length > maximumValues) throw valueMalformed('', `More than ${maximumValues} values are given.`)
  for (const path of paths) {
    const tree = descend(root, path)
    tree.text = values[path] ?? null
  }
  return root
}

function emptyTree(path: string): ValueTree {
  return { path, text: null, isUsed: false, members: new Map(), elements: new Map() }
}

const step = /\[([0-9]{1,9})\]|(\.?)([A-Za-z_][A-Za-z0-9_]*)/y

function descend(root: ValueTree, path: string): ValueTree {
  let tree = root
  step.lastIndex = 0
  for (let start = 0; start < path.length; start = step.lastIndex) {
    const [, index, dot, name] = step.exec(path) ?? []
    // Elements follow a name or an element; names follow a dot, but for the first.
    const fits = index === undefined ? name !== undefined && (dot === '.') === start > 0 : start > 0
    if (!fits) {
      throw valueMalformed(path.slice(0, 200), 'This is no path of a field. Write paths as header.id or samples[2].')
    }
    tree =
      name === undefined
        ? child(tree.elements, Number(index), tree, `[${index ?? ''}]`)
        : child(tree.members, name, tree, start === 0 ? name : `.${name}`)
  }
  return tree
}

function child<Key>(children: Map<Key, ValueTree>, key: Key, parent: ValueTree, suffix: string): ValueTree {
  const known = children.get(key)
  if (known !== undefined) return known
  const made = emptyTree(parent.path + suffix)
  children.set(key, made)
  return made
}

/** The first path with a text that no field took, or null. */
export function unusedPath(tree: ValueTree): string | null {
  const open = [tree]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.text !== null && !next.isUsed) return next.path
    for (const member of next.members.values()) open.push(member)
    for (const element of next.elements.values()) open.push(element)
  }
  return null
}

/** The text, null when there is none or it is empty; the tree counts as used. */
export function takeText(tree: ValueTree | undefined): string | null {
  if (tree === undefined) return null
  tree.isUsed = true
  return tree.text === null || tree.text.trim() === '' ? null : tree.text
}

/** The texts of an array given whole: separated by commas, or by white space when there are none; brackets may stand around. */
export function splitList(text: string): readonly string[] {
  const trimmed = text
    .trim()
    .replace(/^[[{]/, '')
    .replace(/[\]}]$/, '')
    .trim()
  if (trimmed === '') return []
  const tokens: string[] = []
  const separator = withoutCharacters(trimmed).includes(',') ? ',' : ' '
  const token = /'(?:\\[^]|[^'\\])[^']{0,10}'|[^,\s]|\s|,/gy
  let current = ''
  for (const [part] of trimmed.matchAll(token)) {
    if (part === ',' || (separator === ' ' && /^\s$/.test(part))) {
      if (current !== '' || part === ',') tokens.push(current)
      current = ''
    } else if (!/^\s$/.test(part) || current !== '') {
      current += part
    }
  }
  if (current !== '') tokens.push(current)
  return tokens.map((entry) => entry.trim())
}

function withoutCharacters(text: string): string {
  return text.replace(/'(?:\\[^]|[^'\\])[^']{0,10}'/g, '')
}
