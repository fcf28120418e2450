import * as v from 'valibot'
import { completeConnectionSettings } from '../../../contract/schemas/connection.ts'
import type { DiagnosisReport, DiagnosisStep } from '../../../contract/schemas/diagnosis.ts'
import { tlsSettings, type TlsSettingsInput } from '../../../contract/schemas/tls.ts'
import { Diagnosis, type DiagnosisPorts } from '../../../engine/diagnosis/diagnosis.ts'
import { SystemClock } from '../../system-clock.ts'
import { SystemNameResolver } from '../../system-name-resolver.ts'
import { NodeTlsProvider } from '../../tls/node-tls-provider.ts'
import { NodeProbes } from '../node-probes.ts'

export interface DiagnoseOptions {
  readonly tls?: TlsSettingsInput | null
  readonly timeoutMs?: number
  readonly passphrase?: string
  readonly localAddress?: string
  readonly addressFamily?: 'ipv4' | 'ipv6'
  readonly signal?: AbortSignal
  readonly ports?: Partial<DiagnosisPorts>
  readonly onStep?: (step: DiagnosisStep) => void
}

/** A diagnosis with the sockets of this machine. */
export function diagnose(host: string, port: number, options: DiagnoseOptions = {}): Promise<DiagnosisReport> {
  const { tls = null, timeoutMs = 5000, passphrase = null, localAddress = null, addressFamily = 'any' } = options
  const settings = completeConnectionSettings({ host, port, tls, localAddress, addressFamily })
  const ports = {
    clock: new SystemClock(),
    resolver: new SystemNameResolver(),
    tls: new NodeTlsProvider(),
    probes: new NodeProbes(),
    ...options.ports,
  }
  return new Diagnosis(ports, {
    settings: { ...settings, port },
    defaultTls: v.parse(tlsSettings, {}),
    passphrase,
    timeoutMs,
    signal: options.signal ?? new AbortController().signal,
    onStep: options.onStep ?? (() => undefined),
  }).run()
}
