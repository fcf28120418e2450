import { fileURLToPath } from 'node:url'
import { processIo } from './cli-io.ts'
import { runCli } from './run-cli.ts'

/** The page is built beside the folder of this program. */
const pageFolder = fileURLToPath(new URL('../page', import.meta.url))

// Everything is written when the command is done; what still holds the process, such as an open standard input, is not
// waited for.
process.exit(await runCli(process.argv.slice(2), processIo(pageFolder)))
