import { readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'
import { scriptText } from './scripts/lib/script-text.mjs'

const sources = readdirSync('bench').filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))

/**
 * Builds every source of `bench/` into a script of the same name in `dist/bench/`, because benchmarks also start some of
 * them as processes of their own: `vite build -c bench.config.ts`.
 */
export default defineConfig({
  publicDir: false,
  plugins: [scriptText()],
  ssr: { noExternal: true, external: ['playwright', 'playwright-core', '@playwright/test'] },
  define: { __WIREBENCH_VERSION__: '"0.0.0-bench"' },
  build: {
    ssr: true,
    outDir: 'dist/bench',
    emptyOutDir: true,
    target: 'node20.19',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      input: Object.fromEntries(sources.map((name) => [name.replace(/\.ts$/, ''), `bench/${name}`])),
      external: [/^node:/, ...builtinModules],
      output: { format: 'esm', entryFileNames: '[name].js' },
    },
  },
})
