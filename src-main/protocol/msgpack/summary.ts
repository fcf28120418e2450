import { describeDatetime } from './datetime.ts'
import type { MessagePackNode } from './message-pack-node.ts'
import { floatText } from './float-text.ts'
import { isContentCutOff } from './forms.ts'

/** Characters that are invisible, break the line or turn the direction of text. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * A value in one line of at most `maximumLength` UTF-16 units, cut with an ellipsis. Like JSON, with dates as dates and
 * bytes as hex: `<ff 00>` for binary data and strings that are no UTF-8, `ext 5 <01>` for extensions. What is cut off in
 * a partial tree is an ellipsis too. Only what fits is rendered.
 */
export function messagePackSummary(node: MessagePackNode, maximumLength: number): string {
  const limit = Math.max(1, maximumLength)
  const writer = new SummaryWriter(limit)
  writer.write(node)
  const text = writer.text
  if (text.length <= limit) return text
  const end = limit - 1
  const splitsPair = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`
}

class SummaryWriter {
  text = ''
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Depth is that of the tree, which its reader has limited. Stops behind the limit. */
  write(node: MessagePackNode): void {
    switch (node.kind) {
      case 'nil':
        this.text += 'null'
        return
      case 'boolean':
      case 'integer':
        this.text += String(node.value)
        return
      case 'float':
        this.text += floatText(node.value)
        return
      case 'string':
        this.#string(node.text, isContentCutOff(node))
        return
      case 'raw':
      case 'binary':
        this.#hex(node.bytes, node.announced)
        return
      case 'extension':
        if (node.timestamp === null) {
          this.text += `ext ${node.type} `
          this.#hex(node.bytes, node.announced)
        } else this.text += node.timestamp
        return
      case 'array':
        this.#list('[', node.items, node.announced, ']', (item) => this.write(item))
        return
      case 'map':
        this.#map(node)
        return
      case 'missing':
        this.text += '…'
    }
  }

  #map(node: Extract<MessagePackNode, { kind: 'map' }>): void {
    const datetime = describeDatetime(node)
    if (datetime?.ok === true && node.entries.length === 2) {
      this.text += datetime.text
      return
    }
    this.#list('{', node.entries, node.announced, '}', ({ key, value }) => {
      this.write(key)
      this.text += ': '
      this.write(value)
    })
  }

  #list<Item>(
    open: string,
    items: readonly Item[],
    announced: number,
    close: string,
    write: (item: Item) => void,
  ): void {
    this.text += open
    for (const [index, item] of items.entries()) {
      if (this.text.length > this.#limit) return
      if (index > 0) this.text += ', '
      write(item)
    }
    const isCutOff = items.length < announced && !this.text.endsWith('…')
    this.text += isCutOff ? (items.length > 0 ? ', …' : '…') + close : close
  }

  #string(text: string, isCutOff: boolean): void {
    const shown = JSON.stringify(text.slice(0, this.#limit)).replace(invisible, escapeOf)
    this.text += isCutOff ? `${shown.slice(0, -1)}…"` : shown
  }

  #hex(bytes: Uint8Array, announced: number): void {
    const shown = bytes.subarray(0, Math.ceil(this.#limit / 3) + 1)
    const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    this.text += `<${hex}${bytes.length < announced ? '…' : ''}>`
  }
}

function escapeOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  return codePoint > 0xffff ? `\\u{${codePoint.toString(16)}}` : `\\u${codePoint.toString(16).padStart(4, '0')}`
}
