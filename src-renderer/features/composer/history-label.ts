import type { MessageSource } from '../../../src-main/contract/schemas/message.ts'
import type { StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import { messageWords } from '../../strings/composer.ts'
import { contentLine } from './message-contents.ts'

const longest = 60

/** A sent message in a line of the history: what was written, and how where that is not text or hex. */
export function historyLabel({ content }: MessageSource, structures: readonly StructureEntry[]): string {
  const written = shortened(contentLine(content))
  if (content.mode === 'text' || content.mode === 'hex') return written
  if (content.mode !== 'structure') return `${messageWords.shown[content.mode]}: ${written}`
  const name = structures.find(({ id }) => id === content.structureId)?.name ?? messageWords.shown.structure
  return `${name}: ${written}`
}

function shortened(line: string): string {
  if (line === '') return messageWords.emptyLine
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
