import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { describeDatetime } from '../../../src-main/protocol/msgpack/datetime.ts'
import type { MessagePackNode } from '../../../src-main/protocol/msgpack/message-pack-node.ts'
import { messagePackSummary } from '../../../src-main/protocol/msgpack/summary.ts'
import { inspectorWords } from '../../strings/session-view.ts'
import { once, shownValueLength, type DetailNode, type DetailTone } from './detail-node.ts'

const tones: Readonly<Record<MessagePackNode['kind'], DetailTone>> = {
  nil: 'word',
  boolean: 'word',
  integer: 'number',
  float: 'number',
  string: 'text',
  raw: 'bytes',
  binary: 'bytes',
  array: 'container',
  map: 'container',
  extension: 'bytes',
  missing: 'problem',
}

/** More of a value is never copied at once. */
const copiedLength = 4 * 1024 * 1024

/** A MessagePack value as a tree: widths on the wire, texts that are none as hex, dates where maps stand for them. */
export function messagePackDetail(root: MessagePackNode): DetailNode {
  return nodeOf(root, '0', '', '$')
}

function nodeOf(node: MessagePackNode, key: string, name: string, path: string, start = node.start): DetailNode {
  const children = once(() => childrenOf(node, key, path))
  return {
    key,
    name,
    // Made for the rows that are seen, not for all of a large value.
    get value() {
      return node.kind === 'missing' ? inspectorWords.missing : messagePackSummary(node, shownValueLength)
    },
    tone: tones[node.kind],
    type: typeWords(node),
    get note() {
      return noteOf(node)
    },
    start,
    end: node.end,
    childCount: node.kind === 'map' ? node.entries.length : node.kind === 'array' ? node.items.length : 0,
    children,
    fullText: () => fullText(node),
    path: () => path,
  }
}

function childrenOf(node: MessagePackNode, key: string, path: string): readonly DetailNode[] {
  if (node.kind === 'array') {
    return node.items.map((item, index) => nodeOf(item, `${key}/${index}`, `[${index}]`, `${path}[${index}]`))
  }
  if (node.kind !== 'map') return []
  return node.entries.map(({ key: entryKey, value }, index) => {
    const isText = entryKey.kind === 'string'
    const name = isText ? entryKey.text : messagePackSummary(entryKey, 60)
    const step =
      isText && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${isText ? JSON.stringify(name) : name}]`
    // The bytes of an entry are those of its key as well.
    return nodeOf(value, `${key}/${index}`, name, path + step, entryKey.start)
  })
}

function typeWords(node: MessagePackNode): string {
  switch (node.kind) {
    case 'integer':
      return node.bits < 8 ? 'fixint' : `${node.header >= 0xcc && node.header <= 0xcf ? 'uint' : 'int'}${node.bits}`
    case 'float':
      return `float${node.bits}`
    case 'extension':
      return `ext ${node.type}`
    case 'binary':
      return 'bin'
    case 'raw':
      return 'raw'
    default:
      return ''
  }
}

function noteOf(node: MessagePackNode): string {
  if (node.kind === 'extension') return node.timestamp ?? ''
  if (node.kind !== 'map') return ''
  const date = describeDatetime(node)
  return date === null ? '' : date.ok ? date.text : date.reason
}

function fullText(node: MessagePackNode): string {
  switch (node.kind) {
    case 'string':
      return node.text
    case 'raw':
    case 'binary':
    case 'extension':
      return formatHex(node.bytes, { uppercase: true })
    default:
      return messagePackSummary(node, copiedLength)
  }
}
