import { parseArgs, type ParseArgsConfig } from 'node:util'

type OptionsConfig = NonNullable<ParseArgsConfig['options']>

/**
 * The options of a benchmark from the command line. What is meant for others of them, as `--seconds` for all that last so long,
 * is passed over and said on stderr.
 */
export function benchOptions<const Options extends OptionsConfig>(options: Options) {
  const { tokens } = parseArgs({ options, strict: false, allowPositionals: true, tokens: true })
  const known: string[] = []
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    if (token.name in options) known.push(token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`)
    else process.stderr.write(`This benchmark has no ${token.rawName}; there are: ${Object.keys(options).join(', ')}\n`)
  }
  return parseArgs({ args: known, options }).values
}
