import type { Browser, Page } from '@playwright/test'
import { WorkbenchPage } from '../e2e/pages/workbench-page.ts'
import { checkCapture, onlyCapture, type CheckedCapture } from './checked-capture.ts'
import type { JsonChild } from './json-child.ts'
import { MemoryWatch, readProcessUse } from './measure.ts'
import { startPageWatch, type PageFeeling } from './page-watch.ts'
import type { StreamKind } from './streams.ts'
import { WebWorkbench } from './web-workbench.ts'

/** What became of a stream that a workbench received, and what it cost. */
export interface Reception extends CheckedCapture {
  readonly sentBytes: number
  /** From the first byte until the system had taken the last. */
  readonly elapsedMs: number
  readonly engineCpuSeconds: number
  readonly engineMemoryGrowthBytes: number
  readonly feeling: PageFeeling
  readonly emptyPageFeeling: PageFeeling
  readonly isRight: boolean
}

export interface ReceivingOptions {
  readonly kind: StreamKind
  /** The page leaves once connected: what the engine does alone. */
  readonly isAway: boolean
  /** Cuts the stream into lines and shows them. */
  readonly showsLines: boolean
}

/** Has a new workbench, as a user runs it, take what a process of `offering` sends, and checks what it kept. */
export async function receiveInWorkbench(
  browser: Browser,
  sender: JsonChild,
  { kind, isAway, showsLines }: ReceivingOptions,
): Promise<Reception> {
  const port = await sender.nextNumber('port')
  const workbench = await WebWorkbench.start()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  try {
    const emptyPage = await (await browser.newContext()).newPage()
    const page = await context.newPage()
    await page.goto(workbench.url)
    const window = new WorkbenchPage(page)
    await window.openNewConnection()
    await window.fillConnection({ host: '127.0.0.1', port })
    await window.dialog.getByRole('button', { name: 'Connect without saving' }).click()
    await window.session.expectState('Open')
    if (showsLines) await chooseLines(page)
    if (isAway) await page.goto('about:blank')
    const before = readProcessUse(workbench.processId)
    const memory = new MemoryWatch(workbench.processId)
    const stopPageWatch = await startPageWatch(page)
    const stopEmptyPageWatch = await startPageWatch(emptyPage)
    sender.say({ start: true })
    const { sentBytes, elapsedMs } = await sender.next()
    const feeling = await stopPageWatch()
    const emptyPageFeeling = await stopEmptyPageWatch()
    const { growthBytes } = memory.stop()
    const engineCpuSeconds = readProcessUse(workbench.processId).cpuSeconds - before.cpuSeconds
    await emptyPage.context().close()
    await context.close()
    await workbench.end()
    const checked = await checkCapture(await onlyCapture(workbench.capturesFolder), kind)
    return {
      ...checked,
      sentBytes: Number(sentBytes),
      elapsedMs: Number(elapsedMs),
      engineCpuSeconds,
      engineMemoryGrowthBytes: growthBytes,
      feeling,
      emptyPageFeeling,
      isRight: checked.wrongAt === null && checked.receivedBytes === sentBytes,
    }
  } finally {
    sender.stop()
    await workbench.stop()
  }
}

async function chooseLines(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Framing:/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Framing and decoding' })
  await dialog.getByRole('combobox', { name: 'Framing' }).selectOption({ label: 'Lines, LF' })
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** The parts of what a page felt that there are goals for. */
export function describeFeeling({ longestKeyDelayMs, framesPerSecond, frameP95Ms }: PageFeeling): string {
  return (
    `a key waits ${longestKeyDelayMs.toFixed(0)} ms at most, ` +
    `${framesPerSecond.toFixed(0)} frames/s, p95 ${frameP95Ms.toFixed(1)} ms`
  )
}
