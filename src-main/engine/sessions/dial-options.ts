import type { ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { DialOptions, PreparedTls } from '../ports.ts'

/** How a connection of a session is dialled. */
export function dialOptionsOf(
  settings: ConnectionSettings,
  prepared: PreparedTls | null,
  keyLog: DialOptions['keyLog'],
): DialOptions {
  const { noDelay, keepAliveDelayMs, localAddress, localPort, readSizeBytes, tls } = settings
  return {
    noDelay,
    keepAliveDelayMs,
    localAddress,
    localPort,
    readSizeBytes,
    tls: tls?.start.kind === 'at-once' ? prepared : null,
    keyLog,
  }
}
