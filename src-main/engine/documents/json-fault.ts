type Expected = 'value' | 'first-item' | 'first-key' | 'key' | 'colon' | 'comma' | 'nothing'

const space = /[\t\n\r ]*/y
const scalar =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * Where a text stops being JSON, as an index; the text's length when it only ends too early. `JSON.parse` decides what
 * is JSON, and does not always say where it is not.
 */
export function findJsonFault(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  for (let position = 0; ;) {
    space.lastIndex = position
    position += space.exec(text)?.[0].length ?? 0
    const mark = text.charAt(position)
    if (mark === '') return position
    const takesValue = expected === 'value' || expected === 'first-item'
    if (mark === '{' || mark === '[') {
      if (!takesValue) return position
      open.push(mark)
      expected = mark === '{' ? 'first-key' : 'first-item'
      position++
    } else if (mark === '}' || mark === ']') {
      const empty = expected === (mark === '}' ? 'first-key' : 'first-item')
      if (!(empty || expected === 'comma') || open.at(-1) !== (mark === '}' ? '{' : '[')) return position
      open.pop()
      expected = open.length === 0 ? 'nothing' : 'comma'
      position++
    } else if (mark === ',' || mark === ':') {
      if (expected !== (mark === ',' ? 'comma' : 'colon')) return position
      expected = mark === ',' && open.at(-1) === '{' ? 'key' : 'value'
      position++
    } else {
      const isKey: boolean = expected === 'first-key' || expected === 'key'
      scalar.lastIndex = position
      const length = scalar.exec(text)?.[0].length ?? 0
      if (length === 0 || !(takesValue || (isKey && mark === '"'))) return position
      expected = isKey ? 'colon' : open.length === 0 ? 'nothing' : 'comma'
      position += length
    }
  }
}
