/** Datagrams put together at the same time, and bytes of all of them. */
const maximumDatagrams = 64
const maximumDatagramBytes = 65_535

interface Datagram {
  readonly bytes: Uint8Array
  /** Stretches that are there, by their beginning, without overlap. */
  stretches: { readonly start: number; readonly end: number }[]
  /** Known once the last fragment came. */
  totalBytes: number | null
}

/** One fragment of the content of an IP datagram. */
export interface IpFragment {
  /** Names its datagram: addresses, protocol and identification. */
  readonly key: string
  readonly offset: number
  readonly isLast: boolean
  readonly content: Uint8Array
}

/**
 * Puts the fragments of IP datagrams together (RFC 791, RFC 8200 section 4.5). Of bytes that come twice the later ones
 * count. At most 64 datagrams of 64 KiB are waited for; the one that began first is given up for another.
 */
export class IpFragments {
  /** Datagrams that were given up because fragments were missing or impossible. */
  lostDatagrams = 0
  readonly #datagrams = new Map<string, Datagram>()

  /** Datagrams that wait for fragments. */
  get waiting(): number {
    return this.#datagrams.size
  }

  /** Gives the whole content once its last piece is there. */
  accept({ key, offset, isLast, content }: IpFragment): Uint8Array | null {
    const end = offset + content.length
    if (end > maximumDatagramBytes) {
      if (this.#datagrams.delete(key)) this.lostDatagrams++
      return null
    }
    const datagram = this.#datagrams.get(key) ?? this.#begin(key)
    datagram.bytes.set(content, offset)
    if (isLast) datagram.totalBytes = end
    addStretch(datagram, offset, end)
    const [only, second] = datagram.stretches
    if (second !== undefined || only?.start !== 0 || only.end !== datagram.totalBytes) return null
    this.#datagrams.delete(key)
    return datagram.bytes.subarray(0, only.end)
  }

  #begin(key: string): Datagram {
    if (this.#datagrams.size === maximumDatagrams) {
      const oldest = this.#datagrams.keys().next()
      if (oldest.done !== true) this.#datagrams.delete(oldest.value)
      this.lostDatagrams++
    }
    const datagram = { bytes: new Uint8Array(maximumDatagramBytes), stretches: [], totalBytes: null }
    this.#datagrams.set(key, datagram)
    return datagram
  }
}

function addStretch(datagram: Datagram, start: number, end: number): void {
  let merged = { start, end }
  const apart: { readonly start: number; readonly end: number }[] = []
  for (const other of datagram.stretches) {
    if (other.end < merged.start || other.start > merged.end) apart.push(other)
    else merged = { start: Math.min(merged.start, other.start), end: Math.max(merged.end, other.end) }
  }
  datagram.stretches = [...apart, merged].sort((one, other) => one.start - other.start)
}
