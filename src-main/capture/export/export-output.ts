import { PacketMemory } from '../../protocol/tcp-synthesis/packet-memory.ts'

/** Takes what an export writes, in order, one call at a time. The bytes are its own until it is done. */
export type ExportSink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>

/** Bytes handed over at a time. */
const blockBytes = 1024 * 1024
/** Blocks that may wait for the sink while more is made. */
const maximumWaitingBlocks = 3

/** Collects what is written in blocks of memory that are used again, and hands them to a sink. */
export class ExportOutput {
  /** The block in use, and where the next byte goes. Valid until the next `reserve`. */
  memory = new PacketMemory(blockBytes)
  at = 0
  readonly #sink: ExportSink
  readonly #free: PacketMemory[] = []
  #filled: { readonly memory: PacketMemory; readonly byteCount: number }[] = []
  #waiting = 0
  #writing: Promise<void> = Promise.resolve()
  #failure: { readonly reason: unknown } | null = null
  #handedBytes = 0

  constructor(sink: ExportSink) {
    this.#sink = sink
  }

  /** Bytes written so far. */
  get byteCount(): number {
    return this.#handedBytes + this.at
  }

  /** Makes room for so many bytes in one piece, at `at` of `memory`. */
  reserve(byteCount: number): void {
    if (this.at + byteCount <= this.memory.bytes.length) return
    this.#fill()
    if (byteCount > this.memory.bytes.length) this.memory = new PacketMemory((byteCount + 3) & ~3)
  }

  /** Writes bytes as they are. */
  bytes(source: Uint8Array, start = 0, end = source.length): void {
    for (let from = start; from < end;) {
      this.reserve(1)
      const count = Math.min(end - from, this.memory.bytes.length - this.at)
      this.memory.bytes.set(
        from === 0 && count === source.length ? source : source.subarray(from, from + count),
        this.at,
      )
      this.at += count
      from += count
    }
  }

  /** Lets the sink take what is filled, and waits while it has too much. Throws why it failed. */
  async drain(): Promise<void> {
    this.#hand()
    while (this.#waiting > maximumWaitingBlocks && this.#failure === null) await this.#writing
    if (this.#failure !== null) throw this.#failure.reason
  }

  /** Everything written is with the sink then. Throws why it failed. */
  async end(): Promise<void> {
    this.#fill()
    this.#hand()
    await this.#writing
    if (this.#failure !== null) throw this.#failure.reason
  }

  /** Waits until the sink works no more, whatever comes of it. */
  async settle(): Promise<void> {
    await this.#writing
  }

  #fill(): void {
    if (this.at === 0) return
    this.#filled.push({ memory: this.memory, byteCount: this.at })
    this.#handedBytes += this.at
    this.at = 0
    this.memory = this.#free.pop() ?? new PacketMemory(blockBytes)
  }

  #hand(): void {
    for (const { memory, byteCount } of this.#filled) {
      this.#waiting += 1
      this.#writing = this.#writing.then(async () => {
        try {
          if (this.#failure === null) await this.#sink(memory.bytes.subarray(0, byteCount))
        } catch (reason) {
          this.#failure ??= { reason }
        }
        this.#waiting -= 1
        if (memory.bytes.length === blockBytes && this.#free.length <= maximumWaitingBlocks) this.#free.push(memory)
      })
    }
    this.#filled = []
  }
}
