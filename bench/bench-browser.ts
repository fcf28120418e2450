import { chromium, type Browser } from '@playwright/test'
import { chromiumArguments } from '../scripts/lib/chromium.mjs'

/** Runs with a headless Chromium and closes it afterwards. */
export async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const executablePath = process.env['WIREBENCH_CHROMIUM']
  const browser = await chromium.launch({
    args: chromiumArguments(),
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  try {
    await use(browser)
  } finally {
    await browser.close()
  }
}
