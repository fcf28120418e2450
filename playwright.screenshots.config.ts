import { defineConfig } from '@playwright/test'
import type { HostOptions } from './e2e/fixtures/workbench.ts'
import common from './playwright.config.ts'

/** Takes the pictures of the README: `npm run screenshots`. They are made by `e2e/*.pictures.ts` from a real workbench. */
export default defineConfig<HostOptions>({
  ...common,
  testMatch: '*.pictures.ts',
  workers: 1,
  projects: [{ name: 'web', use: { hostKind: 'web', viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 } }],
})
