/** What a row says of a call, in words and tone. */
import type { CallEntry } from '../../../src-main/contract/schemas/call.ts'
import { ledgerWords } from '../../strings/calls.ts'

export type OutcomeTone = 'good' | 'bad' | 'warn' | 'busy' | 'plain'

export interface Outcome {
  readonly label: string
  readonly tone: OutcomeTone
}

/** States in which an entry is not over. */
const openStates: ReadonlySet<CallEntry['state']> = new Set(['queued', 'waiting', 'acknowledged', 'to-answer'])

/** What the peer sent of its own accord. */
const fromPeer: ReadonlySet<CallEntry['kind']> = new Set(['server-call', 'server-notification', 'unmatched'])

export function isOpen({ state }: Pick<CallEntry, 'state'>): boolean {
  return openStates.has(state)
}

/** A call of this side that can be given up. */
export function canCancel(entry: Pick<CallEntry, 'state' | 'kind'>): boolean {
  return entry.kind === 'call' && isOpen(entry)
}

/** How a call stands or came out, in a word or two. */
export function outcomeOf(entry: Pick<CallEntry, 'state' | 'ok' | 'kind' | 'replies'>): Outcome {
  const label = ledgerWords.states[entry.state]
  switch (entry.state) {
    case 'queued':
    case 'waiting':
    case 'acknowledged':
      return { label, tone: 'busy' }
    case 'to-answer':
      return { label, tone: 'warn' }
    case 'answered':
      return entry.ok === false ? { label: errorWord(entry), tone: 'bad' } : { label: ledgerWords.ok, tone: 'good' }
    case 'sent':
      return { label: fromPeer.has(entry.kind) ? ledgerWords.received : label, tone: 'plain' }
    case 'timed-out':
    case 'failed':
      return { label, tone: 'bad' }
    case 'cancelled':
      return { label, tone: 'warn' }
  }
}

/** M2 has more than one word for no. */
function errorWord({ replies }: Pick<CallEntry, 'replies'>): string {
  const ending = replies.findLast(({ mark }) => mark === null)
  return ending?.kind === 'noack' || ending?.kind === 'fail' ? ending.kind : ledgerWords.error
}

/** The name of an entry: its command, or what stands for one. */
export function nameOf({ command, kind }: Pick<CallEntry, 'command' | 'kind'>): string {
  return command ?? (kind === 'unmatched' ? ledgerWords.unmatched : ledgerWords.noCommand)
}

/** What a row tells of the answer: the message of an error, an empty one as empty quotes, why there is none, or the reply. */
export function replyLine({ replies, error }: Pick<CallEntry, 'replies' | 'error'>): string {
  if (error !== null) return error.message
  const reply = replies.findLast(({ mark }) => mark === null) ?? replies.at(-1)
  if (reply === undefined) return ''
  return reply.isError && reply.message !== null ? quoted(reply.message) : reply.text
}

/** A message exactly as it is, in quotes, so that an empty one is seen too. */
export function quoted(message: string): string {
  return `“${message}”`
}
