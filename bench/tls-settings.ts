import * as v from 'valibot'
import { completeConnectionSettings, type ConnectionSettings } from '../src-main/contract/schemas/connection.ts'
import { tlsSettings, type TlsSettings } from '../src-main/contract/schemas/tls.ts'
import type { DialOptions } from '../src-main/engine/ports.ts'

/** TLS that trusts one certificate for `localhost`; every handshake is a whole one. */
export function completeTlsSettings(caPath: string): TlsSettings {
  return v.parse(tlsSettings, { caPath, serverName: 'localhost', resumesSession: false })
}

export function settingsFor(port: number, caPath: string | null): ConnectionSettings {
  const tls = caPath === null ? null : completeTlsSettings(caPath)
  return completeConnectionSettings({ host: '127.0.0.1', port, tls })
}

/** A connection with nothing asked for. */
export const plainOptions: DialOptions = {
  noDelay: true,
  keepAliveDelayMs: null,
  localAddress: null,
  localPort: 0,
  readSizeBytes: null,
  tls: null,
  keyLog: () => null,
}
