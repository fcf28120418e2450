import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumArguments, findChromium } from './scripts/lib/chromium.mjs'
import { scriptText } from './scripts/lib/script-text.mjs'

const chromium = findChromium()
const pureRendererTests = 'src-renderer/**/*.unit.test.ts'

export default defineConfig({
  define: { __WIREBENCH_VERSION__: '"0.0.0-test"' },
  test: {
    projects: [
      {
        extends: true,
        plugins: [svelte({ configFile: false }), scriptText()],
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'src-main/**/*.test.ts',
            'bench/**/*.test.ts',
            'scripts/**/*.test.mjs',
            'e2e/peers/**/*.test.ts',
            pureRendererTests,
          ],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        plugins: [svelte({ configFile: false })],
        test: {
          name: 'component',
          include: ['src-renderer/**/*.test.ts'],
          exclude: [pureRendererTests],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1280, height: 800 },
            provider: playwright({
              launchOptions: { ...(chromium === null ? {} : { executablePath: chromium }), args: chromiumArguments() },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
