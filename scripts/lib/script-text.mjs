/**
 * Bundles what is imported with `?script-text` into the text of one CommonJS script, for threads of their own: every host
 * stays one file, and tests run the same thread from the sources.
 */
import { builtinModules } from 'node:module'
import { build } from 'vite'

const suffix = '?script-text'

/** @returns {import('vite').Plugin} */
export function scriptText() {
  return {
    name: 'wirebench-script-text',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (!id.endsWith(suffix)) return null
      const resolved = await this.resolve(id.slice(0, -suffix.length), importer, { skipSelf: true })
      return resolved === null ? null : resolved.id + suffix
    },
    async load(id) {
      if (!id.endsWith(suffix)) return null
      return `export const scriptText = ${JSON.stringify(await bundle(id.slice(0, -suffix.length)))}`
    },
  }
}

/**
 * @param {string} file
 * @returns {Promise<string>}
 */
async function bundle(file) {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: file,
      write: false,
      target: 'node20.19',
      minify: true,
      rolldownOptions: {
        external: [/^node:/, ...builtinModules],
        output: { format: 'cjs', codeSplitting: false },
      },
    },
  })
  if (Array.isArray(built) || !('output' in built)) throw new Error(`${file} was not bundled.`)
  return built.output[0].code
}
