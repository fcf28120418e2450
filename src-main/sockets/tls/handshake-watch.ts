import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { knowsPeer } from '../socket-handle.ts'

/**
 * Whether the server asked for a client certificate. OpenSSL knows the signature algorithms that both sides share on a
 * client only from a certificate request (SSL_get_shared_sigalgs), in TLS 1.2 and 1.3; of older versions nobody can tell.
 */
export function isCertificateRequested(socket: TLSSocket): boolean {
  // Against its declaration there is no answer once the socket has been closed.
  const algorithms: unknown = socket.getSharedSigalgs()
  return Array.isArray(algorithms) && algorithms.length > 0
}

/** Sees what a handshake shows on its way, for the time when it has failed and the socket knows nothing any more. */
export class HandshakeWatch {
  #isCertificateRequested = false
  #isReset = false

  /** `plain` is the connection below. Make it right after the handshake has begun. */
  constructor(socket: TLSSocket, plain: Socket) {
    // Told when keys are derived, which is after the server's certificate request. The keys themselves are left aside.
    socket.on('keylog', () => {
      if (!this.#isCertificateRequested) this.#isCertificateRequested = isCertificateRequested(socket)
    })
    // Before Node's own listener, which closes the handle.
    socket.prependListener('end', () => (this.#isReset = !knowsPeer(plain)))
  }

  get isCertificateRequested(): boolean {
    return this.#isCertificateRequested
  }

  /** The end that came was a reset: together with the last bytes it looks like FIN to libuv. */
  get isReset(): boolean {
    return this.#isReset
  }
}
