import { execFile } from 'node:child_process'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { SocketDetails } from '../contract/schemas/session.ts'

const longestMs = 1000
const mostOutputBytes = 64 * 1024

/** So long an answer is given again. */
const freshMs = 500

/** The memory that the system gives to one connection, asked at most twice a second. */
export class SocketMemory {
  #answer: Promise<SocketDetails> | null = null
  #askedAtMs = 0

  /** `null`: the connection is being made. */
  read(
    ends: { readonly local: SocketAddress; readonly remote: SocketAddress } | null | 'closed',
  ): Promise<SocketDetails> {
    if (ends === 'closed') return Promise.resolve({ sendBufferBytes: 0, receiveBufferBytes: 0, reason: null })
    if (ends === null) return Promise.resolve(unknownDetails('The connection is not open yet.'))
    const nowMs = performance.now()
    if (this.#answer === null || nowMs - this.#askedAtMs > freshMs) {
      this.#answer = readSocketMemory(ends.local, ends.remote)
      this.#askedAtMs = nowMs
    }
    return this.#answer
  }
}

/**
 * SO_SNDBUF and SO_RCVBUF of a connection (seed-systems 2.3, actualBufSizes). Node can neither ask nor set them; on Linux
 * the program `ss` of iproute2 tells those of every connection. Never fails: what is not known has a reason.
 */
function readSocketMemory(local: SocketAddress, remote: SocketAddress): Promise<SocketDetails> {
  if (process.platform !== 'linux') {
    return Promise.resolve(unknownDetails('This system does not tell the sizes of its socket buffers.'))
  }
  const filter = `sport = :${local.port} and dport = :${remote.port}`
  return new Promise((resolve) => {
    execFile('ss', ['-tmnHO', filter], { timeout: longestMs, maxBuffer: mostOutputBytes }, (error, output) => {
      if (error === null) resolve(parseSocketMemory(output, local, remote))
      else if (error.code === 'ENOENT') {
        resolve(unknownDetails('The program ss, which tells the sizes of socket buffers, is not installed (iproute2).'))
      } else resolve(unknownDetails('The program ss did not tell the sizes of the socket buffers.'))
    })
  })
}

function unknownDetails(reason: string): SocketDetails {
  return { sendBufferBytes: null, receiveBufferBytes: null, reason }
}

/** Of lines such as `ESTAB 0 0 127.0.0.1:40000 127.0.0.1:80 skmem:(r0,rb131072,t0,tb2626560,f0,w0,o0,bl0,d0)`. */
export function parseSocketMemory(output: string, local: SocketAddress, remote: SocketAddress): SocketDetails {
  const ends = [ssAddress(local), ssAddress(remote)]
  const line = output.split('\n').find((text) => ends.every((end) => text.split(/\s+/).includes(end)))
  const sizes = /\bskmem:\(r\d+,rb(\d{1,12}),t\d+,tb(\d{1,12}),/.exec(line ?? '')
  if (sizes === null) return unknownDetails('The program ss does not know this connection.')
  return { sendBufferBytes: Number(sizes[2]), receiveBufferBytes: Number(sizes[1]), reason: null }
}

function ssAddress({ address, port, family }: SocketAddress): string {
  return family === 'ipv4' ? `${address}:${port}` : `[${address}]:${port}`
}
