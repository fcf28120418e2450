import type { ValueNotation } from '../expand-text.ts'

/** Within the quotes of a string values are written with the escapes of JSON; elsewhere they are JSON themselves. */
export class JsonNotation implements ValueNotation {
  #inString = false
  #escaped = false

  pass(literal: string): void {
    for (const letter of literal) {
      if (this.#escaped) this.#escaped = false
      else if (letter === '"') this.#inString = !this.#inString
      else if (letter === '\\') this.#escaped = this.#inString
    }
  }

  write(value: string): string {
    return this.#inString ? JSON.stringify(value).slice(1, -1) : value
  }
}
