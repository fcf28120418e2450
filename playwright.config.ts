import { defineConfig } from '@playwright/test'
import type { HostOptions } from './e2e/fixtures/workbench.ts'
import { chromiumArguments, findChromium } from './scripts/lib/chromium.mjs'

const chromium = findChromium()

/** The same specs against the web host and, where its program is there, against Electron. */
export default defineConfig<HostOptions>({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  // A scan for accessibility takes seconds where cores are few and busy.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    // A click that waits for ever says what it waited for.
    actionTimeout: 20_000,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    contextOptions: { reducedMotion: 'reduce' },
    permissions: ['clipboard-read', 'clipboard-write'],
    screenshot: 'only-on-failure',
    launchOptions: { ...(chromium === null ? {} : { executablePath: chromium }), args: chromiumArguments() },
  },
  projects: [
    { name: 'web', use: { hostKind: 'web' } },
    { name: 'electron', use: { hostKind: 'electron' } },
  ],
})
