import {
  optionCode,
  optionsByteCount,
  padded,
  textOption,
  writeOptions,
  writeUint32,
  type PcapngOption,
} from './pcapng-options.ts'

const enhancedPacketType = 6
/** Bytes of an Enhanced Packet Block before its packet. */
export const packetBlockHeadBytes = 28
/** Flags of a packet that came in, and of one that went out (section 4.3.1). */
const flagsOption = {
  received: { code: optionCode.packetFlags, value: Uint8Array.of(1, 0, 0, 0) },
  sent: { code: optionCode.packetFlags, value: Uint8Array.of(2, 0, 0, 0) },
} as const satisfies Record<string, PcapngOption>
const plainOptions = { received: [flagsOption.received], sent: [flagsOption.sent] } as const

/** The options of a packet's block: which way it went, and what is said of it. */
export function packetOptions(direction: 'sent' | 'received', comments: readonly string[]): readonly PcapngOption[] {
  if (comments.length === 0) return plainOptions[direction]
  return [flagsOption[direction], ...comments.map((comment) => textOption(optionCode.comment, comment))]
}

/** Bytes of the whole block. */
export function packetBlockBytes(packetBytes: number, options: readonly PcapngOption[]): number {
  return packetBlockHeadBytes + padded(packetBytes) + optionsByteCount(options) + 4
}

/**
 * Writes everything of an Enhanced Packet Block but the packet, which stands at `at + packetBlockHeadBytes`. What was there
 * before is zeroed where it counts.
 */
export function writePacketBlock(
  target: Uint8Array,
  at: number,
  blockBytes: number,
  time: { readonly high: number; readonly low: number },
  packetBytes: number,
  options: readonly PcapngOption[],
): void {
  const behind = at + packetBlockHeadBytes + packetBytes
  target.fill(0, behind, at + blockBytes)
  writeUint32(target, at, enhancedPacketType)
  writeUint32(target, at + 4, blockBytes)
  writeUint32(target, at + 8, 0)
  writeUint32(target, at + 12, time.high)
  writeUint32(target, at + 16, time.low)
  writeUint32(target, at + 20, packetBytes)
  writeUint32(target, at + 24, packetBytes)
  writeOptions(target, at + packetBlockHeadBytes + padded(packetBytes), options)
  writeUint32(target, at + blockBytes - 4, blockBytes)
}
