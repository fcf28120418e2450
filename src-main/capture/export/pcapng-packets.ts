import type { Direction } from '../../contract/schemas/common.ts'
import {
  packetBlockBytes,
  packetBlockHeadBytes,
  packetOptions,
  writePacketBlock,
} from '../../protocol/pcapng/packet-block.ts'
import { PcapngClock } from '../../protocol/pcapng/pcapng-time.ts'
import type { PacketMemory } from '../../protocol/tcp-synthesis/packet-memory.ts'
import type { PacketTarget } from '../../protocol/tcp-synthesis/tcp-conversation.ts'
import type { ExportOutput } from './export-output.ts'

/** Puts packets into blocks of a pcapng file. All that is written besides has a multiple of 4 bytes. */
export class PcapngPackets implements PacketTarget {
  readonly clock: PcapngClock
  readonly #output: ExportOutput
  #blockEnd = 0

  constructor(output: ExportOutput, startedAtUnixUs: number) {
    this.#output = output
    this.clock = new PcapngClock(startedAtUnixUs)
  }

  get memory(): PacketMemory {
    return this.#output.memory
  }

  begin(timeNs: number, direction: Direction, packetBytes: number, comments: readonly string[]): number {
    const options = packetOptions(direction, comments)
    const blockBytes = packetBlockBytes(packetBytes, options)
    const output = this.#output
    output.reserve(blockBytes)
    this.clock.set(timeNs)
    writePacketBlock(output.memory.bytes, output.at, blockBytes, this.clock, packetBytes, options)
    this.#blockEnd = output.at + blockBytes
    return output.at + packetBlockHeadBytes
  }

  end(): void {
    this.#output.at = this.#blockEnd
  }
}
