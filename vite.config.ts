import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

/** Builds the page, the same for every host: `index.html` for the web host, `electron.html` for Electron. */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  publicDir: false,
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'chrome120',
    // Fonts stay files and no script is inlined: the content security policy allows neither.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      input: { index: 'src-renderer/index.html', electron: 'src-renderer/electron.html' },
    },
  },
})
