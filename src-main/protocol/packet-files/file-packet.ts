/** A packet as it stands in a file. */
export interface FilePacket {
  /** Nanoseconds since 1970; null where the file does not tell. */
  readonly timeUnixNs: bigint | null
  /** What the bytes begin with, as registered at tcpdump.org. */
  readonly linkType: number
  /** What was captured of it. The bytes stay only while the visitor is called. */
  readonly bytes: Uint8Array
  /** How long it was on the wire. */
  readonly originalLength: number
  /** What a person wrote about it, in UTF-8. */
  readonly comments: readonly Uint8Array[]
}

/** Told what a packet file holds, in its order. */
export interface PacketFileVisitor {
  onPacket(packet: FilePacket): void
}

/** Where a file stops being readable, and why. */
export interface FileDamage {
  readonly offset: number
  /** A sentence. */
  readonly reason: string
}

/** Longest packet that is taken, and longest block of a pcapng file that is kept in memory. */
export const maximumPacketBytes = 16 * 1024 * 1024
