import type { MessageMode } from '../../../../src-main/contract/schemas/message.ts'
import type { ReplyCapture, SequenceStep, WaitCondition } from '../../../../src-main/contract/schemas/sequence.ts'
import { formatCount } from '../../../format/quantities.ts'
import { messageWords } from '../../../strings/composer.ts'
import { sentenceWords as words, sequenceWords } from '../../../strings/sequences.ts'
import { contentLine } from '../../composer/message-contents.ts'

const maximumShown = 80

/** A step in words: `Wait up to 10 s for text OK, keep group 1 as token`. `nameOf` answers the name of a saved message. */
export function stepSentence(step: SequenceStep, nameOf: (entryId: string) => string | null): string {
  switch (step.kind) {
    case 'send': {
      const { content } = step.message
      return words.send(shownMode(content.mode), cut(contentLine(content)) || messageWords.emptyLine)
    }
    case 'send-saved':
      return words.sendSaved(nameOf(step.entryId) ?? sequenceWords.gone)
    case 'pause':
      return words.pause(shownTime(step.durationMs))
    case 'wait':
      return [
        words.wait(shownTime(step.timeoutMs), shownCondition(step.condition)),
        ...step.captures.map((capture) => words.keep(shownSource(capture), capture.name)),
      ].join(', ')
    default:
      return step satisfies never
  }
}

/** As it stands within a sentence. */
export function shownMode(mode: MessageMode): string {
  return messageWords.shown[mode]
}

/** A time as a person set it: `500 ms`, `10 s`, `2 min`. */
export function shownTime(milliseconds: number): string {
  if (milliseconds >= 60_000 && milliseconds % 60_000 === 0) return `${milliseconds / 60_000} min`
  if (milliseconds >= 1000 && milliseconds % 100 === 0) return `${milliseconds / 1000} s`
  return `${milliseconds} ms`
}

function shownCondition(condition: WaitCondition): string {
  switch (condition.kind) {
    case 'text':
      return words.text(cut(condition.text))
    case 'bytes':
      return words.bytes(cut(condition.hex))
    case 'regular-expression':
      return words.pattern(cut(condition.pattern), condition.ignoreCase)
    case 'json-path':
      return words.path(cut(condition.path), condition.equals === null ? null : cut(condition.equals))
    case 'frames':
      return words.frames(formatCount(condition.count))
    default:
      return condition satisfies never
  }
}

function shownSource({ from }: ReplyCapture): string {
  if (from.kind === 'group') return words.group(String(from.group))
  return from.kind === 'json-path' ? from.path : words.byteRange(from.offset, from.length)
}

function cut(text: string): string {
  return text.length > maximumShown ? `${text.slice(0, maximumShown)}…` : text
}
