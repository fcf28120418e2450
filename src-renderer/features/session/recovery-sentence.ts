import type { CaptureLoss, CaptureRecovery } from '../../../src-main/contract/schemas/capture.ts'
import { countOf, formatCount } from '../../format/quantities.ts'
import { captureWords } from '../../strings/session-view.ts'
import { formatTimeOfDay, recordUnixUs } from '../traffic/record-time.ts'

/** Losses told one by one; further ones are counted. */
const toldLosses = 3

/**
 * What opening a capture found and mended, in words; null when there was nothing to tell. What is lost is named in bytes
 * and time.
 */
export function recoverySentence(recovery: CaptureRecovery, startedAtUnixUs: number): string | null {
  const { unclean, indexRebuilt, indexReason, tailBytesIgnored, damagedBytes, losses } = recovery
  const lost = tailBytesIgnored > 0 || damagedBytes > 0
  const sentences = [
    unclean ? captureWords.unclean : '',
    tailBytesIgnored > 0 ? captureWords.tail(countOf(tailBytesIgnored, 'byte', 'bytes')) : '',
    damagedBytes > 0 ? captureWords.damaged(countOf(damagedBytes, 'byte', 'bytes')) : '',
    ...losses.slice(0, toldLosses).map((loss) => describeLoss(loss, startedAtUnixUs)),
    losses.length > toldLosses ? captureWords.moreLosses(formatCount(losses.length - toldLosses)) : '',
    indexRebuilt && indexReason !== null ? captureWords.indexReasons[indexReason] : '',
  ].filter((sentence) => sentence !== '')
  if (sentences.length === 0) return null
  return [...sentences, lost ? '' : captureWords.nothingLost].join(' ').trim()
}

/** Which bytes a loss took, and when they were on the wire. */
export function describeLoss(loss: CaptureLoss, startedAtUnixUs: number): string {
  const timeOf = (timeNs: number): string => formatTimeOfDay(recordUnixUs(startedAtUnixUs, timeNs))
  const { afterTimeNs, beforeTimeNs } = loss
  const when =
    afterTimeNs === null
      ? beforeTimeNs === null
        ? ''
        : captureWords.lostBefore(timeOf(beforeTimeNs))
      : beforeTimeNs === null
        ? captureWords.lostAfter(timeOf(afterTimeNs))
        : captureWords.lostBetween(timeOf(afterTimeNs), timeOf(beforeTimeNs))
  return captureWords.loss(lostBytesOf(loss), when)
}

function lostBytesOf({ lostSentBytes, lostReceivedBytes, lostFileBytes }: CaptureLoss): string {
  const parts = [
    lostReceivedBytes === null || lostReceivedBytes === 0
      ? ''
      : countOf(lostReceivedBytes, captureWords.receivedByte, captureWords.receivedBytes),
    lostSentBytes === null || lostSentBytes === 0
      ? ''
      : countOf(lostSentBytes, captureWords.sentByte, captureWords.sentBytes),
  ].filter((part) => part !== '')
  if (parts.length > 0) return parts.join(captureWords.and)
  return lostReceivedBytes === 0 && lostSentBytes === 0
    ? captureWords.lostNoBytes
    : captureWords.lostUnknown(countOf(lostFileBytes, 'byte', 'bytes'))
}
