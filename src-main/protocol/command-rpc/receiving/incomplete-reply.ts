import { describeError, type ErrorShape } from '../../../contract/errors.ts'
import type { UnfinishedMessage } from './message-collector.ts'

/** The stream ended in the middle of a message: `reply-incomplete` with `receivedBytes` and `missingBytes` (null where unknown). */
export function incompleteReply({ receivedBytes, missingBytes, isLengthKnown }: UnfinishedMessage): ErrorShape {
  const reason = isLengthKnown || missingBytes === null ? null : 'Not even its length was whole.'
  return describeError('reply-incomplete', { missingBytes, receivedBytes, reason })
}
