import type { M2ServerSettings } from '../../../contract/schemas/server-kinds.ts'
import type { CommandLine } from '../command-line.ts'
import { usageError, type OptionTable } from '../command-line.ts'

/** Options of `serve m2`. */
export const m2Options = {
  'telemetry-port': 'text',
  'telemetry-hz': 'text',
  'welcome-once': 'flag',
  'check-sequence': 'flag',
  'require-heartbeat': 'flag',
  'command-duration': 'text',
} as const satisfies OptionTable

/** Where clients of M2 look for telemetry (seed-systems 3.7). */
const defaultTelemetryPort = 50_001

/** Reads them. With `port` 0 the telemetry gets any free port too, unless told otherwise. Errors: `usage`. */
export function m2Of(line: CommandLine, port: number): M2ServerSettings {
  return {
    telemetryPort: line.wholeNumber('telemetry-port', 0, 65_535) ?? (port === 0 ? 0 : defaultTelemetryPort),
    telemetryHz: line.wholeNumber('telemetry-hz', 0, 1000) ?? 20,
    welcomesEveryClient: !line.flag('welcome-once'),
    checksSequence: line.flag('check-sequence'),
    requiresHeartbeat: line.flag('require-heartbeat'),
    commandDurationMs: line.wholeNumber('command-duration', 0, 600_000) ?? 0,
  }
}

/** Refuses them for other kinds. Errors: `usage`. */
export function refuseM2Options(line: CommandLine): void {
  const asked = Object.keys(m2Options).find((name) => line.has(name))
  if (asked !== undefined) throw usageError(`--${asked} is an option of serve m2 alone.`)
}
