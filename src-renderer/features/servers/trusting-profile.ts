import * as v from 'valibot'
import type { ProfileCalls } from '../../../src-main/contract/schemas/call-settings.ts'
import type { ConnectionSettingsInput } from '../../../src-main/contract/schemas/connection.ts'
import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import type { Profile } from '../../../src-main/contract/schemas/profile.ts'
import type { LocalAuthority, ServerTls } from '../../../src-main/contract/schemas/server.ts'
import { tlsSettings, type TlsSettings } from '../../../src-main/contract/schemas/tls.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { serverWords as words } from '../../strings/servers.ts'
import { isIpAddress } from '../connections/host-address.ts'

/** A local TLS server as it is dialled. */
export interface DialledServer {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly tls: ServerTls
  /** Null for servers that serve no commands. */
  readonly calls: ProfileCalls | null
  /** Null for bytes as they come. */
  readonly interpretation: Interpretation | null
}

/** TLS settings that trust the server's CA, expect its first host name, and show the client that mutual servers want. */
export function trustingTls(
  present: TlsSettings | null,
  { tls }: Pick<DialledServer, 'tls'>,
  authority: LocalAuthority,
): TlsSettings {
  const isMutual = tls.variant === 'mutual'
  return {
    ...(present ?? v.parse(tlsSettings, {})),
    caPath: authority.caPath,
    serverName: tls.names.find((name) => !isIpAddress(name) && !name.startsWith('*')) ?? null,
    ...(isMutual
      ? { certificatePath: authority.clientCertificatePath, keyPath: authority.clientKeyPath, pfxPath: null }
      : {}),
  }
}

/** The profile that connects to the server: by its address, or, where that changes at every start, by its name and CA. */
export function findTrustingProfile(
  profiles: readonly Profile[],
  { name, host, port }: DialledServer,
  authority: LocalAuthority,
): Profile | null {
  const byAddress = profiles.find(({ connection }) => connection.port === port && connection.host === host)
  const byName = profiles.find(
    (profile) =>
      profile.name === name && profile.connection.host === host && profile.connection.tls?.caPath === authority.caPath,
  )
  return byAddress ?? byName ?? null
}

/** Makes or changes the profile that trusts the server, tells it, and answers its identifier. Rejects with a coded error. */
export async function keepTrustingProfile(workbench: Workbench, server: DialledServer): Promise<string> {
  const { profiles, toasts } = workbench
  const authority = await workbench.servers.authority()
  const known = findTrustingProfile(profiles.library.profiles, server, authority)
  const { host, port } = server
  if (known === null) {
    const connection = { host, port, tls: trustingTls(null, server, authority) }
    const { calls, interpretation } = server
    const made = await profiles.create({
      name: server.name,
      connection,
      calls,
      ...(interpretation === null ? {} : { interpretation }),
    })
    toasts.show({ message: words.trustSaved(made.name) })
    return made.id
  }
  const connection: ConnectionSettingsInput = {
    ...known.connection,
    port,
    tls: trustingTls(known.connection.tls, server, authority),
  }
  if (JSON.stringify(connection) === JSON.stringify(known.connection)) return known.id
  await profiles.change(known, { connection })
  toasts.show({ message: words.trustAdded(known.name) })
  return known.id
}
