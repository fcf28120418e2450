import { createHash, type Hash } from 'node:crypto'
import { checksums, type Checksum } from '../../protocol/checksum/checksums.ts'
import type { RunningChecksum } from '../../protocol/checksum/running-checksum.ts'

/** A check value or hash by its name, as hex of its full width. */
export interface NamedDigest {
  readonly name: string
  readonly hex: string
}

/** RFC 1321, and FIPS 180-4. The first two are for comparing with what others print: they prove nothing. */
const hashes = [
  { name: 'MD5', algorithm: 'md5' },
  { name: 'SHA-1', algorithm: 'sha1' },
  { name: 'SHA-256', algorithm: 'sha256' },
  { name: 'SHA-512', algorithm: 'sha512' },
] as const

/** Every checksum and hash there is, computed together over bytes that come in pieces. */
export class RunningDigest {
  readonly #checks: readonly { readonly checksum: Checksum; readonly running: RunningChecksum }[] = checksums.map(
    (checksum) => ({ checksum, running: checksum.begin() }),
  )
  readonly #hashes: readonly { readonly name: string; readonly hash: Hash }[] = hashes.map(({ name, algorithm }) => ({
    name,
    hash: createHash(algorithm),
  }))

  add(bytes: Uint8Array): void {
    for (const { running } of this.#checks) running.add(bytes)
    for (const { hash } of this.#hashes) hash.update(bytes)
  }

  /** The values of all bytes that were added. Nothing more may be added. */
  finish(): NamedDigest[] {
    return [
      ...this.#checks.map(({ checksum: { name, widthBits }, running }) => ({
        name,
        hex: running.value.toString(16).padStart(widthBits / 4, '0'),
      })),
      ...this.#hashes.map(({ name, hash }) => ({ name, hex: hash.digest('hex') })),
    ]
  }
}
