import type { LineEndingName } from '../../../src-main/contract/schemas/line-ending.ts'
import type { MessageContent, MessageMode } from '../../../src-main/contract/schemas/message.ts'

export type ContentOf<Mode extends MessageMode> = Extract<MessageContent, { mode: Mode }>
/** What is written in every mode. */
export type MessageContents = { readonly [Mode in MessageMode]: ContentOf<Mode> }

export function emptyContents(lineEnding: LineEndingName = 'lf'): MessageContents {
  return {
    text: { mode: 'text', text: '', encoding: 'utf-8', lineEnding },
    hex: { mode: 'hex', hex: '' },
    base64: { mode: 'base64', base64: '' },
    file: { mode: 'file', path: '' },
    json: { mode: 'json', text: '', style: 'compact', schemaText: '', lineEnding },
    structure: { mode: 'structure', structureId: '', values: {} },
    m2: { mode: 'm2', type: 'command', name: '', componentName: '', detailsText: '{}' },
    msgpack: { mode: 'msgpack', text: '', flavour: 'modern' },
  }
}

/** The main text of a content: what a person writes, without its options. */
export function mainText(content: MessageContent): string {
  switch (content.mode) {
    case 'text':
    case 'json':
    case 'msgpack':
      return content.text
    case 'hex':
      return content.hex
    case 'base64':
      return content.base64
    case 'file':
      return content.path
    case 'structure':
      return content.structureId
    case 'm2':
      return content.name
    default:
      return content satisfies never
  }
}

/** Nothing was written in it yet. */
export function isEmptyContent(content: MessageContent): boolean {
  return mainText(content) === ''
}

/** How much there is to read, in UTF-16 units. */
export function contentLength(content: MessageContent): number {
  if (content.mode === 'm2') return content.detailsText.length + content.name.length
  if (content.mode === 'json') return content.text.length + content.schemaText.length
  if (content.mode !== 'structure') return mainText(content).length
  return Object.values(content.values).reduce((sum, value) => sum + value.length, 0)
}

/** The message in one line, for lists. */
export function contentLine(content: MessageContent): string {
  if (content.mode === 'm2') return [content.type, content.componentName, content.name].filter(Boolean).join(' ')
  if (content.mode === 'structure') {
    const values = Object.entries(content.values).slice(0, 8)
    return values.map(([path, value]) => `${path}=${value.slice(0, 40)}`).join(' ')
  }
  return mainText(content).slice(0, 400).replaceAll(/\s+/g, ' ').trim()
}
