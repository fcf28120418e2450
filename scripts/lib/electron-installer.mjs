/**
 * Run as a process of its own: fetches the Electron program into its installer's cache, telling the progress on
 * stdout, then lets the package's own installer unpack it. The installer alone is silent without a terminal, so that a
 * stalled download could not be told from a slow one.
 *
 * Argument: the folder of the electron package.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'

const electronPackage = process.argv[2]
if (electronPackage === undefined) throw new Error('The folder of the electron package is missing.')
const installer = join(electronPackage, 'install.js')
const requireLikeInstaller = createRequire(installer)

/** @type {{ downloadArtifact: (details: object) => Promise<string> }} */
const { downloadArtifact } = requireLikeInstaller('@electron/get')
/** @type {{ version: string }} */
const { version } = requireLikeInstaller('./package.json')

let told = ''
/** @param {{ transferred: number, total: number | null }} progress */
function tellProgress({ transferred, total }) {
  const line =
    total === null
      ? `Electron ${version}: ${Math.floor(transferred / 1_000_000)} MB`
      : `Electron ${version}: ${Math.floor((transferred / total) * 20) * 5} % of ${Math.ceil(total / 1_000_000)} MB`
  if (line !== told) process.stdout.write(`${line}\n`)
  told = line
}

await downloadArtifact({
  version,
  artifactName: 'electron',
  platform: process.env.ELECTRON_INSTALL_PLATFORM ?? process.platform,
  arch: process.env.ELECTRON_INSTALL_ARCH ?? process.arch,
  cacheRoot: process.env.electron_config_cache,
  checksums: requireLikeInstaller('./checksums.json'),
  downloadOptions: { quiet: true, getProgressCallback: tellProgress },
})
requireLikeInstaller(installer)
