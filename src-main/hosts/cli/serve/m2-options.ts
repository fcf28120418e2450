import type { M2ServerSettings } from '../../../contract/schemas/server-kinds.ts'
import type { CommandLine, OptionTable } from '../command-line.ts'

/** Options of `serve m2`. */
export const m2Options = {
  'telemetry-port': 'text',
  'telemetry-hz': 'text',
  'welcome-once': 'flag',
  'check-sequence': 'flag',
  'require-heartbeat': 'flag',
  'command-duration': 'text',
} as const satisfies OptionTable

/** Reads them; what is left out is as in `base`. With `--port 0` the telemetry gets any free port too, unless told otherwise. Errors: `usage`. */
export function m2Of(line: CommandLine, base: M2ServerSettings): M2ServerSettings {
  const anyPort = line.wholeNumber('port', 0, 65_535) === 0
  return {
    telemetryPort: line.wholeNumber('telemetry-port', 0, 65_535) ?? (anyPort ? 0 : base.telemetryPort),
    telemetryHz: line.wholeNumber('telemetry-hz', 0, 1000) ?? base.telemetryHz,
    welcomesEveryClient: !line.flag('welcome-once') && base.welcomesEveryClient,
    checksSequence: line.flag('check-sequence') || base.checksSequence,
    requiresHeartbeat: line.flag('require-heartbeat') || base.requiresHeartbeat,
    commandDurationMs: line.wholeNumber('command-duration', 0, 600_000) ?? base.commandDurationMs,
  }
}
