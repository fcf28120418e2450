/** An entry of a list that is searched by typing; entries of a group stand together. */
export interface SearchOption<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly group: string
}
