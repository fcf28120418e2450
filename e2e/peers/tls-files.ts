import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of a CA, of a server for `localhost` and `127.0.0.1`, and of a client whose key is encrypted. */
export interface TlsFiles {
  readonly caPath: string
  readonly serverCertificatePath: string
  readonly serverKeyPath: string
  readonly clientCertificatePath: string
  readonly clientKeyPath: string
}

/** Makes them with `openssl`, which must be on this machine; they are good for a day. */
export function makeTlsFiles(folder: string, passphrase: string): TlsFiles {
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe' })
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  const sign = (name: string, extensions: string): void => {
    writeFileSync(at(`${name}.ext`), extensions)
    const issuer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial']
    const made = ['-days', '1', '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`)]
    openssl('x509', '-req', '-in', at(`${name}.csr`), ...issuer, ...made)
  }
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-nodes',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '1',
    '-subj',
    '/CN=Plant Root',
  )
  openssl('req', ...newKey, '-nodes', '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=gateway')
  sign('server', 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
  const encrypted = ['-passout', `pass:${passphrase}`]
  openssl('req', ...newKey, ...encrypted, '-keyout', at('client.key'), '-out', at('client.csr'), '-subj', '/CN=bench 7')
  sign('client', 'extendedKeyUsage=clientAuth\n')
  return {
    caPath: at('ca.pem'),
    serverCertificatePath: at('server.pem'),
    serverKeyPath: at('server.key'),
    clientCertificatePath: at('client.pem'),
    clientKeyPath: at('client.key'),
  }
}
