/** What one direction of a connection may keep waiting behind a gap, with what each segment needs besides its bytes. */
export const waitingLimitBytes = 4 * 1024 * 1024
const segmentOverheadBytes = 256
/** Segments of the connection that a gap is still waited for after the other end acknowledged what stands behind it. */
const patienceSegments = 64
/** How far ahead a segment may be that still belongs to a stream that was ended. */
const nearBytes = 1024 * 1024
/** The largest window (RFC 7323, section 2.3): what lies farther ahead is no part of this stream. */
const largestWindowBytes = 2 ** 30

interface WaitingSegment {
  readonly sequence: number
  readonly bytes: Uint8Array
  /** As long as it was on the wire; the bytes may be fewer. */
  readonly length: number
}

/** Told what a direction gives, in its order. */
export interface StreamSink {
  /** The bytes stay only while this is called. */
  onBytes(bytes: Uint8Array): void
  /** Bytes that are not in the file. */
  onMissing(byteCount: number): void
  /** FIN: the direction ends here. */
  onEnd(): void
}

/** How far `sequence` lies ahead of `from`, negative for behind; sequence numbers wrap at 2^32 (RFC 9293, section 3.4). */
export const sequenceDistance = (sequence: number, from: number): number => (sequence - from) | 0

/** One direction of a connection: puts segments in order, each byte once. */
export class StreamAssembly {
  /** Bytes that cannot be placed: before the first segment of the file but behind it in time, or beyond any window. */
  misplacedBytes = 0
  retransmittedBytes = 0
  /** Number of the SYN, when it was seen. */
  initialSequence: number | null = null
  /** All up to the FIN was given. */
  hasEnded = false
  readonly #sink: StreamSink
  /** Of the first byte ever. */
  #first: number | null = null
  #next = 0
  #waiting: WaitingSegment[] = []
  #waitingBytes = 0
  #endSequence: number | null = null
  /** The other end has said that it has everything before this one. */
  #acknowledged: number | null = null
  #segmentsSinceAcknowledged = 0

  constructor(sink: StreamSink) {
    this.#sink = sink
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Number of the first byte that was seen, or null before. */
  get firstSequence(): number | null {
    return this.#first
  }

  /** A segment with this number can be one of this stream, sent again or a little ahead. */
  isNear(sequence: number): boolean {
    if (this.#first === null) return true
    const ahead = sequenceDistance(sequence, this.#next)
    return ahead <= nearBytes && sequenceDistance(sequence, this.#first) >= 0
  }

  /** A SYN with this number: the first byte has the next one. */
  begin(initialSequence: number): void {
    this.initialSequence = initialSequence
    if (this.#first !== null) return
    this.#first = this.#next = (initialSequence + 1) >>> 0
  }

  /** `bytes` were captured of `length` that stood at `sequence`; `isLast` with FIN. */
  accept(sequence: number, bytes: Uint8Array, length: number, isLast: boolean): void {
    if (this.#first === null) {
      if (length === 0 && !isLast) return
      if (length === 1 && this.#acknowledged === (sequence + 1) >>> 0) return
      this.#first = this.#next = sequence
    }
    const endSequence = (sequence + length) >>> 0
    if (isLast && Math.abs(sequenceDistance(endSequence, this.#next)) <= largestWindowBytes)
      this.#endSequence = endSequence
    if (length > 0) this.#place(sequence, bytes, length)
    this.#deliverWaiting()
    this.#losePatience()
    if (this.#waitingBytes > waitingLimitBytes) this.giveUpGap()
  }

  /** The other end has everything before this sequence number. */
  acknowledge(acknowledgment: number): void {
    const isLater = this.#acknowledged === null || sequenceDistance(acknowledgment, this.#acknowledged) > 0
    if (isLater) this.#acknowledged = acknowledgment
    this.#losePatience()
  }

  /** Nothing more comes: gives what waits, with the gaps told. */
  flush(): void {
    while (this.#gapEnd() !== null) this.giveUpGap()
  }

  /** Tells the first gap as missing and gives what stood behind it. */
  giveUpGap(): void {
    const gapEnd = this.#gapEnd()
    if (gapEnd === null) return
    const byteCount = sequenceDistance(gapEnd, this.#next)
    this.#next = gapEnd
    this.#sink.onMissing(byteCount)
    this.#deliverWaiting()
  }

  /** Number of the first byte, or of the FIN, that is there behind a gap; null when there is no gap. */
  #gapEnd(): number | null {
    const first = this.#waiting[0]
    if (first !== undefined) return first.sequence
    if (this.#endSequence === null || this.hasEnded) return null
    return sequenceDistance(this.#endSequence, this.#next) > 0 ? this.#endSequence : null
  }

  #losePatience(): void {
    const gapEnd = this.#gapEnd()
    const isLost = gapEnd !== null && this.#acknowledged !== null && sequenceDistance(this.#acknowledged, gapEnd) >= 0
    this.#segmentsSinceAcknowledged = isLost ? this.#segmentsSinceAcknowledged + 1 : 0
    if (this.#segmentsSinceAcknowledged > patienceSegments) this.giveUpGap()
  }

  #place(sequence: number, bytes: Uint8Array, length: number): void {
    const behind = -sequenceDistance(sequence, this.#next)
    if (behind < -largestWindowBytes) {
      this.misplacedBytes += length
      return
    }
    if (behind >= length) {
      this.#countOld(sequence, length)
      return
    }
    if (behind > 0) this.#countOld(sequence, behind)
    if (behind >= 0 && this.#waiting.length === 0) {
      this.#give(bytes.subarray(behind), length - behind)
      return
    }
    const cut = Math.max(0, behind)
    this.#insert((sequence + cut) >>> 0, bytes.subarray(cut), length - cut)
  }

  #countOld(sequence: number, length: number): void {
    const isLate = this.#first !== null && sequenceDistance(sequence, this.#first) < 0
    if (isLate && this.initialSequence === null) this.misplacedBytes += length
    else this.retransmittedBytes += length
  }

  /** Keeps what no waiting segment has yet, in order. */
  #insert(sequence: number, bytes: Uint8Array, length: number): void {
    const ahead = (of: number): number => sequenceDistance(of, this.#next)
    const end = ahead(sequence) + length
    let at = this.#waiting.length
    while (at > 0 && ahead(this.#waiting[at - 1]?.sequence ?? 0) >= ahead(sequence)) at--
    const before = this.#waiting[at - 1]
    let start = ahead(sequence)
    if (before !== undefined) start = Math.max(start, ahead(before.sequence) + before.length)
    while (start < end) {
      const following = this.#waiting[at]
      const followingStart = following === undefined ? end : ahead(following.sequence)
      const pieceEnd = Math.min(end, followingStart)
      if (pieceEnd > start) {
        const offset = start - ahead(sequence)
        const piece = bytes.slice(offset, offset + pieceEnd - start)
        const segment = { sequence: (sequence + offset) >>> 0, bytes: piece, length: pieceEnd - start }
        this.#waiting.splice(at, 0, segment)
        this.#waitingBytes += piece.length + segmentOverheadBytes
        at++
      }
      if (following === undefined) return
      start = Math.max(start, followingStart + following.length)
      at++
    }
  }

  #deliverWaiting(): void {
    let count = 0
    for (let next = this.#waiting[0]; next?.sequence === this.#next; next = this.#waiting[count]) {
      count++
      this.#waitingBytes -= next.bytes.length + segmentOverheadBytes
      this.#give(next.bytes, next.length)
    }
    if (count > 0) this.#waiting.splice(0, count)
    if (this.#endSequence === this.#next && !this.hasEnded) this.#end()
  }

  #give(bytes: Uint8Array, length: number): void {
    this.#next = (this.#next + length) >>> 0
    if (bytes.length > 0) this.#sink.onBytes(bytes.length > length ? bytes.subarray(0, length) : bytes)
    if (length > bytes.length) this.#sink.onMissing(length - bytes.length)
  }

  #end(): void {
    this.hasEnded = true
    // A FIN takes a sequence number of its own.
    this.#next = (this.#next + 1) >>> 0
    this.#sink.onEnd()
  }
}
