/**
 * What peers and OpenSSL say when they end a handshake, by the code that Node puts on it (`ERR_SSL_` and OpenSSL's reason).
 * Alerts are numbered in RFC 8446, section 6, and RFC 5246, section 7.2.
 */

/** The answer is no TLS, or the hello itself that came back from an echo. */
export const plaintextCodes: ReadonlySet<string> = new Set([
  'WRONG_VERSION_NUMBER',
  'PACKET_LENGTH_TOO_LONG',
  'HTTP_REQUEST',
  'HTTPS_PROXY_REQUEST',
  'UNEXPECTED_MESSAGE',
  'BAD_RECORD_TYPE',
  'INVALID_RECORD_TYPE',
  'UNKNOWN_PROTOCOL',
])

export const versionCodes: ReadonlySet<string> = new Set([
  'TLSV1_ALERT_PROTOCOL_VERSION',
  'UNSUPPORTED_PROTOCOL',
  'UNSUPPORTED_SSL_VERSION',
  'WRONG_SSL_VERSION',
  'VERSION_TOO_LOW',
  'NO_PROTOCOLS_AVAILABLE',
  'UNSUPPORTED_PROTOCOL_VERSION',
])

export const cipherCodes: ReadonlySet<string> = new Set([
  'TLSV1_ALERT_INSUFFICIENT_SECURITY',
  'NO_CIPHERS_AVAILABLE',
  'NO_SHARED_CIPHER',
  'NO_CIPHER_MATCH',
  'UNKNOWN_CIPHER_RETURNED',
  'WRONG_CIPHER_RETURNED',
])

/** A server that got a client certificate does not like it; one that got none, and wants one, says so with some of them. */
export const certificateAlerts: ReadonlyMap<string, string> = new Map([
  ['SSLV3_ALERT_BAD_CERTIFICATE', 'It says that the certificate is bad.'],
  ['SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', 'It says that it cannot use certificates of this kind.'],
  ['SSLV3_ALERT_CERTIFICATE_REVOKED', 'It says that the certificate was revoked.'],
  ['SSLV3_ALERT_CERTIFICATE_EXPIRED', 'It says that the certificate has expired.'],
  ['SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'It says that it cannot accept the certificate.'],
  ['SSLV3_ALERT_NO_CERTIFICATE', 'It says that there is no certificate.'],
  ['TLSV1_ALERT_UNKNOWN_CA', 'It says that it does not know the CA that signed the certificate.'],
  ['TLSV1_ALERT_ACCESS_DENIED', 'It says that the certificate gives no access.'],
  ['TLSV1_ALERT_DECRYPT_ERROR', 'It says that the signature made with the key is wrong.'],
  ['SSLV3_ALERT_ILLEGAL_PARAMETER', 'It says that a value in the handshake is not allowed.'],
])

export const handshakeFailureAlert = 'SSLV3_ALERT_HANDSHAKE_FAILURE'
export const certificateRequiredAlert = 'TLSV13_ALERT_CERTIFICATE_REQUIRED'

/** Everything else that has a plain word. */
export const otherReasons: ReadonlyMap<string, string> = new Map([
  ['TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'The server speaks none of the ALPN protocols that were offered.'],
  ['TLSV1_UNRECOGNIZED_NAME', 'The server does not know the server name that was sent (SNI).'],
  ['TLSV1_ALERT_INTERNAL_ERROR', 'The server says that it failed itself (internal error).'],
  ['TLSV1_ALERT_USER_CANCELLED', 'The server says that somebody cancelled the handshake.'],
  ['TLSV13_ALERT_MISSING_EXTENSION', 'The server says that the hello lacks an extension it needs.'],
  ['TLSV1_UNSUPPORTED_EXTENSION', 'The server says that the hello has an extension it does not support.'],
  ['TLSV1_ALERT_INAPPROPRIATE_FALLBACK', 'The server says that a newer TLS version would have been possible.'],
  [
    'TLSV1_ALERT_UNKNOWN_PSK_IDENTITY',
    'The server wants a shared key instead of certificates, which Wirebench does not have.',
  ],
  ['TLSV1_ALERT_DECODE_ERROR', 'The server says that it could not read the hello.'],
  ['SSLV3_ALERT_UNEXPECTED_MESSAGE', 'The server says that a message came that it did not expect.'],
  ['SSLV3_ALERT_BAD_RECORD_MAC', 'The server says that a record arrived damaged.'],
  ['DH_KEY_TOO_SMALL', "The server's Diffie-Hellman key is too small to be safe. Ask who runs it to use a larger one."],
  ['BAD_DH_VALUE', "The server's Diffie-Hellman value is no good one."],
  ['EE_KEY_TOO_SMALL', "The key of the server's certificate is too small to be safe."],
  ['UNSAFE_LEGACY_RENEGOTIATION_DISABLED', 'The server knows only the old, unsafe kind of renegotiation.'],
  ['WRONG_SIGNATURE_TYPE', 'The server signed in a way that is not allowed here; old servers sign with SHA-1.'],
  ['BAD_SIGNATURE', "The server's signature is wrong: it does not have the key of its certificate."],
  ['EXCESSIVE_MESSAGE_SIZE', 'The server sent a message, most likely its certificates, that is larger than allowed.'],
  ['BAD_ECPOINT', "The server's key exchange is damaged."],
  ['DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'A record of the server arrived damaged.'],
  ['WRONG_CERTIFICATE_TYPE', "The kind of the server's certificate does not suit the cipher."],
])
