import { host, misuse, peer, quoted, text, withReason } from './error-entries.ts'

/**
 * What goes wrong with TLS: before connecting (files and settings), in the handshake, and in the check of the certificate.
 * The codes of the handshake and of certificates are those of the doctor.
 */
export const tlsErrors = {
  // --- settings and files ---
  'tls-settings-impossible': misuse((d) => withReason('These TLS settings cannot be used together.', d)),
  'certificate-file-malformed': misuse((d) =>
    withReason(`${text(d.file)} holds no certificate that can be read. Choose a PEM file with one.`, d),
  ),
  'key-file-malformed': misuse((d) =>
    withReason(`${text(d.file)} holds no private key that can be read. Choose a PEM file with one.`, d),
  ),
  'pfx-malformed': misuse((d) =>
    withReason(`${text(d.file)} is no PKCS #12 file that can be read. Choose a .pfx or .p12 file.`, d),
  ),
  'passphrase-required': misuse((d) => `${text(d.file)} is encrypted. Enter its passphrase.`),
  'passphrase-wrong': misuse((d) => `The passphrase does not open ${text(d.file)}. Enter it again.`),
  'client-key-mismatch': misuse(
    (d) =>
      `The key ${text(d.keyFile)} does not belong to the certificate ${text(d.certificateFile)}. Choose the key that the certificate was made for.`,
  ),
  'ciphers-unknown': misuse(
    (d) => `"${text(d.ciphers)}" names no cipher of this program. Use names of OpenSSL, joined by colons.`,
  ),
  'tls-already': misuse(() => 'This connection uses TLS already.'),
  'key-log-unwritable': host((d) => withReason(`The key log ${text(d.file)} could not be written.`, d)),

  // --- the handshake ---
  'plaintext-server': peer(
    (d) =>
      `${text(d.address, 'The server')} does not speak TLS on this port: it answered in plain text. Turn TLS off, or use the port of the server that speaks it.`,
  ),
  'reset-before-tls': peer(
    (d) =>
      `${text(d.address, 'The server')} took the connection and reset it before it said anything of TLS. Check that this port speaks TLS and that the server lets this machine in.`,
  ),
  'reset-during-handshake': peer(
    (d) =>
      `${text(d.address, 'The server')} reset the connection in the middle of the TLS handshake. Its log says why; often a version, a name or a certificate does not suit it.`,
  ),
  'closed-during-handshake': peer(
    (d) =>
      `${text(d.address, 'The server')} closed the connection during the TLS handshake without saying why. Its log says why; often a version, a name or a certificate does not suit it.`,
  ),
  'handshake-timeout': host(
    (d) =>
      `${text(d.address, 'The server')} took the connection but did not finish the TLS handshake within ${text(d.timeoutMs)} ms. Check that this port speaks TLS, or raise the timeout.`,
  ),
  'handshake-failed': peer((d) => withReason('The TLS handshake failed.', d)),
  'tls-broken': peer((d) => withReason('What the peer sent is no valid TLS; the connection was ended.', d)),
  'no-common-version': peer((d) =>
    withReason(
      'The server speaks none of the TLS versions that are allowed here. Allow more versions in the TLS settings, if the server is to be trusted with them.',
      d,
    ),
  ),
  'no-common-cipher': peer((d) =>
    withReason(
      'The server accepts none of the ciphers that are allowed here. Allow more of them in the TLS settings.',
      d,
    ),
  ),
  'client-certificate-required': peer(
    () =>
      'The server asks for a client certificate and got none. Choose a certificate and its key in the TLS settings.',
  ),
  'client-certificate-rejected': peer((d) =>
    withReason('The server rejected the client certificate. Choose one that it trusts, or ask who runs it.', d),
  ),

  'client-handshake-failed': peer((d) => withReason('A client did not get through the TLS handshake.', d)),

  // --- the CA of the local servers ---
  'local-authority-renewed': host(
    (d) =>
      `The CA of the local TLS servers was made anew: ${text(d.reason)} Give its certificate, ${text(d.file)}, to every program that trusted the old one. Profiles that name this file trust the new one already.`,
  ),

  // --- the certificate of the server ---
  'certificate-expired': peer(
    (d) => `The server's certificate has expired (${text(d.until)}). Ask who runs the server to renew it.`,
  ),
  'certificate-not-yet-valid': peer(
    (d) =>
      `The server's certificate is not valid before ${text(d.from)}. Check the clock of this machine, or ask who runs the server.`,
  ),
  'certificate-self-signed': peer(
    (d) =>
      `The server shows a certificate that it signed itself (${quoted(d.subject)}), and it is not trusted here. If it is the right one, trust it by its fingerprint.`,
  ),
  'certificate-unknown-ca': peer(
    (d) =>
      `The server's certificate was signed by ${quoted(d.issuer)}, which is not trusted here. If that is right, add it to the trusted certificates.`,
  ),
  'certificate-missing-intermediate': peer(
    (d) =>
      `The server does not send the certificate of ${quoted(d.issuer)} that links its own to a trusted one. Ask who runs it to install the full chain, or add the missing certificate here. It is also possible that ${quoted(d.issuer)} is a CA that is not known here.`,
  ),
  'certificate-name-mismatch': peer(
    (d) =>
      `The server's certificate is made for ${text(d.found)}, not for ${text(d.expected)}. Check the address, or set the server name that the certificate has.`,
  ),
  'certificate-changed': peer(
    (d) =>
      `The server shows another certificate than the one trusted in this profile (fingerprint ${text(d.found)}). Find out why before trusting it.`,
  ),
  'certificate-absent': peer(
    () =>
      'The server showed no certificate, so nobody can say who it is. Ask who runs it, or set verification to optional.',
  ),
  'certificate-invalid': peer((d) => withReason("The server's certificate cannot be trusted.", d)),
} as const
