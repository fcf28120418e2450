import type { CertificateFacts, TlsSettings } from '../../contract/schemas/tls.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { KeyLogFile, KeyLogFiles, PreparedTls, SecuredConnection, TlsProvider } from '../ports.ts'

/** Takes every setting; a key in a file named `encrypted` opens with the passphrase `open sesame` alone. */
export class FakeTlsProvider implements TlsProvider {
  /** What was made ready, as `host passphrase`. */
  readonly log: string[] = []
  /** Not null makes everything wait that is made ready. */
  gate: Promise<void> | null = null

  async prepare(settings: TlsSettings, host: string, passphrase: string | null): Promise<PreparedTls> {
    this.log.push(`${host} ${passphrase ?? 'without'}`)
    await this.gate
    if (settings.keyPath === 'encrypted' && passphrase !== 'open sesame') {
      const code = passphrase === null ? 'passphrase-required' : 'passphrase-wrong'
      throw new WirebenchError(code, { file: 'encrypted', field: 'keyPath' })
    }
    return { settings, serverName: settings.serverName ?? host }
  }
}

/** Key logs in memory. */
export class FakeKeyLogFiles implements KeyLogFiles {
  readonly lines: string[] = []
  openFiles = 0
  error: WirebenchError | null = null
  /** Closing fails with it; the file is closed all the same. */
  closeError: Error | null = null

  open(captureId: string): Promise<KeyLogFile> {
    if (this.error !== null) return Promise.reject(this.error)
    this.openFiles += 1
    return Promise.resolve({
      path: `/captures/${captureId}.keys`,
      append: (line: Uint8Array) => {
        this.lines.push(new TextDecoder().decode(line))
        return Promise.resolve()
      },
      close: () => {
        this.openFiles -= 1
        return this.closeError === null ? Promise.resolve() : Promise.reject(this.closeError)
      },
    })
  }
}

const certificate: CertificateFacts = {
  subject: 'CN=device.test',
  issuer: 'CN=Test CA',
  name: 'device.test',
  subjectAltNames: ['DNS:device.test'],
  validFromUnixMs: 1_700_000_000_000,
  validToUnixMs: 2_000_000_000_000,
  serialNumber: '01',
  key: 'EC P-256',
  signatureAlgorithm: 'ecdsa-with-SHA256',
  fingerprintSha256: 'ab'.repeat(32),
  fingerprintSha1: 'cd'.repeat(20),
  isCa: false,
  isSelfSigned: false,
  pem: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
}

/** What a handshake with `device.test` negotiates. */
export const fakeSecured: SecuredConnection = {
  summary: {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    keyExchange: 'X25519',
    alpn: null,
    serverName: 'device.test',
    isResumed: false,
    isVerified: true,
    verdict: { ok: true, fault: null, message: '', reason: null, isPinned: false },
    peerName: 'device.test',
    peerFingerprint: certificate.fingerprintSha256,
    peerValidToUnixMs: certificate.validToUnixMs,
    localName: null,
  },
  certificates: {
    peerChain: [{ certificate, source: 'sent', name: 'device.test', fault: null }],
    localChain: [],
  },
  sentByPeer: [certificate],
}
