import type { BytePatternInput, CaptureScopeInput } from '../../../contract/schemas/capture-filter.ts'
import { usageError, type CommandLine } from '../command-line.ts'

/** Options that say what is looked for, and where. */
export const searchOptions = {
  text: 'text',
  hex: 'text',
  regex: 'text',
  'ignore-case': 'flag',
  encoding: 'text',
  direction: 'text',
  connection: 'texts',
  'min-bytes': 'text',
  'max-bytes': 'text',
  from: 'text',
  to: 'text',
} as const

/** What is looked for. Errors: `usage`. */
export function patternOf(line: CommandLine): BytePatternInput {
  line.refuseTogether('text', 'hex', 'regex')
  const [text, hex, source] = [line.text('text'), line.text('hex'), line.text('regex')]
  const ignoresCase = line.flag('ignore-case')
  const encoding = line.text('encoding')
  if (encoding !== null && text === null) throw usageError('--encoding needs --text.')
  if (ignoresCase && hex !== null) throw usageError('--ignore-case needs --text or --regex.')
  for (const wanted of [text, hex, source]) if (wanted === '') throw usageError('There is nothing to look for.')
  if (text !== null) return { kind: 'text', text, ignoresCase, ...(encoding === null ? {} : { encoding }) }
  if (hex !== null) return { kind: 'hex', hex }
  if (source !== null) return { kind: 'expression', source, ignoresCase }
  throw usageError('Say what to look for: --text, --hex or --regex.')
}

/** Where it is looked for. Errors: `usage`. */
export function scopeOf(line: CommandLine): CaptureScopeInput {
  const connections = line.texts('connection').map((value) => {
    if (!/^\d{1,15}$/.test(value)) throw usageError(`--connection takes a number, not "${value}".`)
    return Number(value)
  })
  return {
    direction: line.choice('direction', ['sent', 'received'] as const),
    connections: connections.length === 0 ? null : connections,
    minimumBytes: line.wholeNumber('min-bytes', 0, Number.MAX_SAFE_INTEGER),
    maximumBytes: line.wholeNumber('max-bytes', 0, Number.MAX_SAFE_INTEGER),
    fromNs: timeOf(line, 'from'),
    toNs: timeOf(line, 'to'),
  }
}

function timeOf(line: CommandLine, name: 'from' | 'to'): number | null {
  const value = line.text(name)
  if (value === null) return null
  if (!/^\d{1,6}(\.\d{1,9})?$/.test(value)) {
    throw usageError(`--${name} takes seconds since the capture began, such as 12.5, not "${value}".`)
  }
  return Math.round(Number(value) * 1e9)
}
