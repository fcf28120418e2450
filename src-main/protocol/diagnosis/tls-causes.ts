import type { DiagnosisCause } from '../../contract/schemas/diagnosis.ts'
import type { CauseFacts, CauseTable } from './cause-facts.ts'

type TlsCause = Extract<
  DiagnosisCause,
  | 'reset-before-tls'
  | 'reset-during-handshake'
  | 'closed-during-handshake'
  | 'handshake-timeout'
  | 'handshake-failed'
  | 'plaintext-server'
  | 'tls-server'
  | 'client-certificate-required'
  | 'client-certificate-rejected'
  | 'client-key-mismatch'
  | 'tls-settings-unusable'
  | 'no-common-version'
  | 'no-common-cipher'
>

const offers = ({ offered }: CauseFacts): string => (offered === null ? '' : ` Offered alone, it takes ${offered}.`)

const saidReason = ({ data }: CauseFacts): string => (typeof data.reason === 'string' ? ` ${data.reason}` : '')

const clientCertificateFields = ['certificatePath', 'keyPath', 'pfxPath', 'passphraseVariable']

/** Causes in the handshake, and in what this side brings to it. */
export const tlsCauses: CauseTable<TlsCause> = {
  'plaintext-server': {
    title: 'No TLS here',
    message: (facts) =>
      facts.banner === null
        ? `${facts.address} answered the TLS hello with something that is no TLS.`
        : `${facts.address} does not speak TLS: it talks in plain text and said ${facts.banner}.`,
    remedy: () =>
      'Turn TLS off, or use the port of the server that speaks TLS. If it begins in plain text and switches later (STARTTLS), set that in the TLS settings.',
    actions: () => ['turn-tls-off', 'edit-address'],
  },
  'tls-server': {
    title: 'TLS is spoken here',
    message: (facts) =>
      `${facts.address} takes the connection, but it speaks TLS and waits for a TLS hello. Plain bytes mean nothing to it.${offers(facts)}`,
    remedy: () => 'Turn TLS on.',
    actions: () => ['turn-tls-on'],
  },
  'reset-before-tls': {
    title: 'Reset before TLS',
    message: ({ address }) => `${address} took the connection and reset it (RST) before it had said anything of TLS.`,
    remedy: () =>
      'Check that this port speaks TLS, and that the server and any firewall let this machine in. The log of the server says more.',
    actions: () => ['edit-address', 'turn-tls-off'],
  },
  'reset-during-handshake': {
    title: 'Reset in the handshake',
    message: (facts) => `${facts.address} began the TLS handshake and then reset the connection (RST).${offers(facts)}`,
    remedy: () =>
      'The log of the server says why. Often the server name, a version or a client certificate does not suit it, or something between cuts TLS off.',
    actions: () => ['change-server-name', 'allow-version'],
  },
  'closed-during-handshake': {
    title: 'Closed in the handshake',
    message: (facts) =>
      `${facts.address} closed the connection during the TLS handshake without saying why.${offers(facts)}`,
    remedy: () =>
      'The log of the server says why. Often the port speaks no TLS, or the server name, a version or a client certificate does not suit it.',
    actions: () => ['change-server-name', 'allow-version', 'turn-tls-off'],
  },
  'handshake-timeout': {
    title: 'Silent in the handshake',
    message: ({ address, timeoutMs }) =>
      `${address} took the connection, but did not finish the TLS handshake within ${timeoutMs} ms. A server that does not speak TLS often waits like this for something it understands, and one that serves one client at a time while it has another.`,
    remedy: () =>
      'Check that this port speaks TLS, else turn TLS off; and close other connections to it. On a very slow network, raise the timeout.',
    actions: () => ['turn-tls-off', 'raise-timeout', 'edit-address'],
  },
  'handshake-failed': {
    title: 'Handshake failed',
    message: (facts) => `The TLS handshake with ${facts.address} failed.${saidReason(facts)}${offers(facts)}`,
    remedy: ({ data }) =>
      data.systemCode === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME'
        ? 'Set the server name that the server expects.'
        : data.systemCode === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'
          ? 'Change the ALPN protocols in the TLS settings, or leave them away.'
          : 'Change what it complains of in the TLS settings, or ask who runs the server; its log says more.',
    actions: ({ data }) => (data.systemCode === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' ? ['change-server-name'] : []),
  },
  'client-certificate-required': {
    title: 'Client certificate needed',
    message: ({ address }) =>
      `${address} lets in only clients that show a certificate (mutual TLS), and none was shown.`,
    remedy: () => 'Choose a client certificate and its key in the TLS settings. Who runs the server can make you one.',
    actions: () => ['choose-client-certificate'],
  },
  'client-certificate-rejected': {
    title: 'Client certificate rejected',
    message: (facts) => `${facts.address} looked at the client certificate and turned it down.${saidReason(facts)}`,
    remedy: () =>
      'Choose a certificate that has not expired and that a CA the server trusts has signed, with the certificates between in its file.',
    actions: () => ['choose-client-certificate'],
  },
  'client-key-mismatch': {
    title: 'Key and certificate differ',
    message: ({ data }) =>
      `The key ${data.keyFile ?? ''} does not belong to the client certificate ${data.certificateFile ?? ''}.`,
    remedy: () => 'Choose the key that the certificate was made for.',
    actions: () => ['choose-client-certificate'],
  },
  'tls-settings-unusable': {
    title: 'TLS settings cannot be used',
    message: ({ errorMessage }) => errorMessage,
    remedy: () => 'Change the setting in the TLS settings of the connection.',
    actions: ({ data }) => (clientCertificateFields.includes(String(data.field)) ? ['choose-client-certificate'] : []),
  },
  'no-common-version': {
    title: 'No TLS version in common',
    message: ({ address, allowed, offered }) =>
      offered === null
        ? `${address} takes none of the TLS versions that are allowed here (${allowed}).`
        : `${address} takes ${offered} alone, and the settings allow ${allowed}.`,
    remedy: ({ offered }) =>
      offered !== null && /TLS 1\.[01]/.test(offered) && !/TLS 1\.[23]/.test(offered)
        ? 'Have the server updated: these versions are no longer safe. To reach it all the same, lower the lowest version in the TLS settings.'
        : 'Change the lowest and highest version in the TLS settings.',
    actions: () => ['allow-version'],
  },
  'no-common-cipher': {
    title: 'No cipher in common',
    message: (facts) =>
      `${facts.address} accepts none of the ciphers that are offered to it.${saidReason(facts)}${offers(facts)}`,
    remedy: () => 'Allow more ciphers in the TLS settings. An old server may need an old version and its ciphers.',
    actions: () => ['allow-cipher', 'allow-version'],
  },
}
