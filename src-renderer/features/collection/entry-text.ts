import type { CollectionEntry } from '../../../src-main/contract/schemas/collection.ts'
import type { MessageContent, MessageSource } from '../../../src-main/contract/schemas/message.ts'
import { holdsEveryWord } from '../../state/library-tree.ts'
import { stepSentence } from './sequence/step-sentence.ts'

/** What a content says, as one text: what was typed, or what it names. */
export function contentText(content: MessageContent): string {
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
      return Object.entries(content.values)
        .map(([path, value]) => `${path}=${value}`)
        .join(' ')
    case 'm2':
      return [content.type, content.componentName, content.name, content.detailsText].filter(Boolean).join(' ')
    default:
      return content satisfies never
  }
}

const haystacks = new WeakMap<CollectionEntry, string>()

/** An entry's name, folder, tags, notes or content hold every word of the filter. */
export function entryMatches(entry: CollectionEntry, filter: string): boolean {
  let text = haystacks.get(entry)
  if (text === undefined) {
    const { name, folder, tags, notes, item } = entry
    const content =
      item.kind === 'message'
        ? contentText(item.message.content)
        : item.steps
            .map((step) => (step.kind === 'send' ? contentText(step.message.content) : stepSentence(step, () => null)))
            .join(' ')
    text = `${name} ${folder} ${tags.join(' ')} ${notes} ${content}`.toLowerCase()
    haystacks.set(entry, text)
  }
  return holdsEveryWord(text, filter)
}

/** The two stand for the same message, whatever the order of their keys. */
export function isSameMessage(one: MessageSource, other: MessageSource): boolean {
  return isSameValue(one, other)
}

/** Plain data of a fixed depth, as the schema of messages has it. */
function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const keys = Object.keys(one)
  return (
    Array.isArray(one) === Array.isArray(other) &&
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSameValue(Reflect.get(one, key), Reflect.get(other, key)))
  )
}
