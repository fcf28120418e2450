import { chmodSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite'
import { scriptText } from './scripts/lib/script-text.mjs'

const outputFolder = 'dist/hosts'
const packageFacts = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }

interface HostEntry {
  readonly entry: string
  readonly fileName: string
  readonly format: 'esm' | 'cjs'
  /** The oldest engine that runs it. */
  readonly target: string
}

const hostEntries: Readonly<Record<string, HostEntry>> = {
  cli: { entry: 'src-main/hosts/cli/main.ts', fileName: 'cli.js', format: 'esm', target: 'node20.19' },
  electronMain: {
    entry: 'src-main/hosts/electron/main.ts',
    fileName: 'electron-main.js',
    format: 'esm',
    target: 'node22',
  },
  // A sandboxed preload is a CommonJS script in one file; it can require `electron` and nothing else.
  preload: {
    entry: 'src-main/hosts/electron/preload.ts',
    fileName: 'preload.cjs',
    format: 'cjs',
    target: 'chrome120',
  },
}

/** One self-contained file per host: everything from the registry is bundled, only Node and Electron stay outside. */
function hostEnvironment({ entry, fileName, format, target }: HostEntry): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, conditions: ['node', 'import', 'module', 'default'] },
    // ws then leaves out its optional native parts, which could not be bundled.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    build: {
      ssr: true,
      outDir: outputFolder,
      emptyOutDir: false,
      target,
      minify: false,
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: {
        checks: { bundlerTimings: false },
        input: entry,
        external: ['electron', /^node:/, ...builtinModules],
        output: {
          format,
          entryFileNames: fileName,
          codeSplitting: false,
          ...(fileName === 'cli.js' ? { banner: '#!/usr/bin/env node' } : {}),
        },
      },
    },
  }
}

const markExecutable: Plugin = {
  name: 'wirebench-mark-cli-executable',
  writeBundle(options, bundle) {
    if (bundle['cli.js'] !== undefined) chmodSync(join(options.dir ?? outputFolder, 'cli.js'), 0o755)
  },
}

/** Builds the hosts: `vite build --app -c electron.config.ts`. */
export default defineConfig({
  publicDir: false,
  define: { __WIREBENCH_VERSION__: JSON.stringify(packageFacts.version) },
  plugins: [scriptText(), markExecutable],
  environments: Object.fromEntries(Object.entries(hostEntries).map(([name, entry]) => [name, hostEnvironment(entry)])),
  builder: {
    async buildApp(builder) {
      for (const name of Object.keys(hostEntries)) {
        const environment = builder.environments[name]
        if (environment === undefined) throw new Error(`The build environment ${name} is missing.`)
        await builder.build(environment)
      }
    },
  },
})
