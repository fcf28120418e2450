import type { CaptureRecovery } from '../../../src-main/contract/schemas/capture.ts'
import { countOf } from '../../format/quantities.ts'
import { captureWords } from '../../strings/session-view.ts'

/** What opening a capture found and mended, in words; null when there was nothing to tell. */
export function recoverySentence(recovery: CaptureRecovery): string | null {
  const { unclean, indexRebuilt, indexReason, tailBytesIgnored, damagedBytes } = recovery
  const lost = tailBytesIgnored > 0 || damagedBytes > 0
  const sentences = [
    unclean ? captureWords.unclean : '',
    tailBytesIgnored > 0 ? captureWords.tail(countOf(tailBytesIgnored, 'byte', 'bytes')) : '',
    damagedBytes > 0 ? captureWords.damaged(countOf(damagedBytes, 'byte', 'bytes')) : '',
    indexRebuilt && indexReason !== null ? captureWords.indexReasons[indexReason] : '',
  ].filter((sentence) => sentence !== '')
  if (sentences.length === 0) return null
  return [...sentences, lost ? '' : captureWords.nothingLost].join(' ').trim()
}
