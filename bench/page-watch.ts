import type { Page } from '@playwright/test'

/** What the page felt while something ran. */
export interface PageFeeling {
  /** Longest time from a key being pressed until the page reacted, in milliseconds. Keys are pressed all the while. */
  readonly longestKeyDelayMs: number
  readonly keyCount: number
  /** Longest time between two turns of a timer. Browsers put timers behind frames and input when they are busy. */
  readonly longestTimerGapMs: number
  /** Frames a second. Headless Chromium draws at most 60. */
  readonly framesPerSecond: number
  readonly frameP95Ms: number
}

/** Watches the page's own event loop and its frames from the inside, beginning now. */
export async function startPageWatch(page: Page): Promise<() => Promise<PageFeeling>> {
  await page.evaluate(() => {
    const watch = {
      running: true,
      longestGapMs: 0,
      keyDelaysMs: [] as number[],
      frames: [] as number[],
      lastTickMs: performance.now(),
    }
    addEventListener('keydown', (event) => watch.keyDelaysMs.push(performance.now() - event.timeStamp), true)
    Object.assign(globalThis, { wirebenchPageWatch: watch })
    const channel = new MessageChannel()
    const tick = (): void => {
      const nowMs = performance.now()
      watch.longestGapMs = Math.max(watch.longestGapMs, nowMs - watch.lastTickMs)
      watch.lastTickMs = nowMs
      if (watch.running) setTimeout(() => channel.port2.postMessage(null), 4)
    }
    channel.port1.onmessage = tick
    tick()
    const frame = (atMs: number): void => {
      watch.frames.push(atMs)
      if (watch.running) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  let pressing = true
  const pressed = pressKeys(page, () => pressing)
  return async () => {
    pressing = false
    await pressed
    return await page.evaluate(() => {
      const { wirebenchPageWatch: watch } = globalThis as unknown as {
        wirebenchPageWatch: { running: boolean; longestGapMs: number; keyDelaysMs: number[]; frames: number[] }
      }
      watch.running = false
      const gaps = watch.frames.slice(1).map((atMs, index) => atMs - (watch.frames[index] ?? atMs))
      gaps.sort((left, right) => left - right)
      const elapsedMs = gaps.reduce((sum, gap) => sum + gap, 0)
      return {
        longestKeyDelayMs: Math.max(0, ...watch.keyDelaysMs),
        keyCount: watch.keyDelaysMs.length,
        longestTimerGapMs: watch.longestGapMs,
        framesPerSecond: (gaps.length / elapsedMs) * 1000,
        frameP95Ms: gaps[Math.floor(gaps.length * 0.95)] ?? Number.NaN,
      }
    })
  }
}

/** Presses a key that does nothing by itself, about 30 times a second. */
async function pressKeys(page: Page, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    await page.keyboard.press('Shift')
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
