import type { Link } from '../../src-main/contract/connect.ts'
import type { CaptureSummary } from '../../src-main/contract/schemas/capture.ts'
import { countOf, formatByteCount } from '../format/quantities.ts'
import { formatMoment } from '../format/times.ts'
import { captureWords } from '../strings/captures.ts'
import { tabWords } from '../strings/shell.ts'
import type { ToastStore } from './toasts.svelte.ts'
import { reloadStorage } from './window-storage.ts'

const storageKey = 'recovered-captures-told'
const maximumRemembered = 200

/** What it takes to tell of captures and to show one. */
interface CaptureTeller {
  readonly link: Link
  readonly toasts: Pick<ToastStore, 'show'>
  openCapture(captureId: string): Promise<void>
}

/** Says which captures the last run left unclosed and what is left of them, once for each capture and window. */
export async function tellRecovered(workbench: CaptureTeller): Promise<void> {
  const recovered = await workbench.link.call('capture.recovered', {})
  const told = toldBefore()
  const news = recovered.filter(({ captureId }) => !told.includes(captureId))
  const [newest] = news
  if (newest === undefined) return
  reloadStorage.write(storageKey, [...told, ...news.map(({ captureId }) => captureId)].slice(-maximumRemembered))
  const sentence = sentenceOf(newest)
  workbench.toasts.show({
    level: 'warning',
    message:
      news.length === 1
        ? sentence
        : captureWords.recoveredSeveral(countOf(news.length, 'capture', 'captures'), sentence),
    action: { label: tabWords.openCapture, run: () => void workbench.openCapture(newest.captureId) },
  })
}

function sentenceOf({ name, totals, recovery, problem, startedAtUnixUs }: CaptureSummary): string {
  if (problem !== null) return captureWords.recoveredNothing(name, problem.message)
  const kept = formatByteCount(totals.sentBytes + totals.receivedBytes)
  const until = formatMoment(startedAtUnixUs + Math.floor(totals.lastTimeNs / 1000))
  const lostBytes = recovery.tailBytesIgnored + recovery.damagedBytes
  const lost =
    lostBytes === 0 ? captureWords.recoveredWhole : captureWords.recoveredLost(countOf(lostBytes, 'byte', 'bytes'))
  return `${captureWords.recovered(name, kept, until)} ${lost}`
}

function toldBefore(): readonly string[] {
  const stored = reloadStorage.read(storageKey)
  return Array.isArray(stored) ? stored.filter((captureId) => typeof captureId === 'string') : []
}
