import { parseJsonDocument } from '../../../src-main/protocol/json/parse-json.ts'

/** The sequence number in the text of an M2 command, to the digit; null where there is none, as in an event. */
export function nextSequenceId(text: string): string | null {
  const parsed = parseJsonDocument(text)
  if (!parsed.ok || parsed.root.kind !== 'object') return null
  const member = parsed.root.members.findLast(({ key }) => key === 'sequence_id')
  return member?.value.kind === 'number' ? member.value.text : null
}
