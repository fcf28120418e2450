import { WirebenchError } from '../contract/errors.ts'
import type { OpenFile } from './file-access.ts'

/** Who reads may be held up before each read. */
export interface BeforeRead {
  beforeRead?(position: number): Promise<void>
}

/** A moving piece of a file in memory. */
export interface FileBlock {
  /** `bytes[0]` stands at `start`. Another object after each load, but the memory may be used again. */
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** Most bytes that can be loaded at once. */
  readonly capacity: number
  holds(position: number, byteCount: number): boolean
  /** Reads `byteCount` bytes, at most the capacity, at `position`. */
  load(position: number, byteCount: number): Promise<void>
  /** Nothing is read any more when this has come. */
  close(): Promise<void>
}

/** A block of which exactly what is asked for is read. */
export class PlainBlock implements FileBlock {
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  readonly #file: OpenFile
  readonly #memory: Uint8Array<ArrayBuffer>

  readonly #reader: BeforeRead

  /** `reader` may hold up each read. */
  constructor(file: OpenFile, byteCount: number, reader: BeforeRead) {
    this.#file = file
    this.#memory = new Uint8Array(byteCount)
    this.#reader = reader
  }

  get capacity(): number {
    return this.#memory.length
  }

  holds(position: number, byteCount: number): boolean {
    return position >= this.start && position + byteCount <= this.end
  }

  async load(position: number, byteCount: number): Promise<void> {
    if (this.#reader.beforeRead !== undefined) await this.#reader.beforeRead(position)
    await fill(this.#file, this.#memory, byteCount, position)
    this.bytes = this.#memory.subarray(0, byteCount)
    this.start = position
    this.end = position + byteCount
  }

  async close(): Promise<void> {}
}

/** A header that begins in one block and ends in the next is put together before it. */
const keptBytes = 64

/** Room for the block that is looked at and for the one that is read. */
export type ReadAheadMemory = readonly [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>]

/** For blocks of so many bytes. */
export function readAheadMemory(byteCount: number): ReadAheadMemory {
  return [new Uint8Array(keptBytes + byteCount), new Uint8Array(keptBytes + byteCount)]
}

/**
 * A block of a file that is gone through from one end to the other: the next one is read while this one is looked at. Whatever is
 * loaded, the block goes on from where the one before ended.
 */
export class ReadAheadBlock implements FileBlock {
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  readonly capacity: number
  readonly #file: OpenFile
  readonly #to: number
  #memory: Uint8Array<ArrayBuffer>
  #nextMemory: Uint8Array<ArrayBuffer>
  #next: { readonly position: number; readonly byteCount: number; readonly read: Promise<Error | null> } | null = null

  /** Nothing at or behind `to` is read. */
  constructor(file: OpenFile, memory: ReadAheadMemory, to: number) {
    this.#file = file
    this.#to = to
    this.#memory = memory[0]
    this.#nextMemory = memory[1]
    this.capacity = memory[0].length - keptBytes
  }

  holds(position: number, byteCount: number): boolean {
    return position >= this.start && position + byteCount <= this.end
  }

  async load(position: number): Promise<void> {
    const goesOn = this.#next !== null && position <= this.end && this.end - position <= keptBytes
    const rest = goesOn ? this.bytes.subarray(position - this.start) : new Uint8Array(0)
    if (!goesOn) {
      await this.#next?.read
      this.#readOn(position)
    }
    const next = this.#next
    if (next === null) throw new RangeError('There is nothing to read.')
    const failure = await next.read
    if (failure !== null) throw failure
    const memory = this.#nextMemory
    this.#nextMemory = this.#memory
    this.#memory = memory
    memory.set(rest, keptBytes - rest.length)
    this.start = next.position - rest.length
    this.end = next.position + next.byteCount
    this.bytes = memory.subarray(keptBytes - rest.length, keptBytes + next.byteCount)
    this.#readOn(this.end)
  }

  async close(): Promise<void> {
    await this.#next?.read
  }

  #readOn(position: number): void {
    const byteCount = Math.min(this.capacity, this.#to - position)
    if (byteCount <= 0) {
      this.#next = null
      return
    }
    const read = fill(this.#file, this.#nextMemory.subarray(keptBytes), byteCount, position).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
    this.#next = { position, byteCount, read }
  }
}

async function fill(file: OpenFile, memory: Uint8Array, byteCount: number, position: number): Promise<void> {
  let filled = 0
  while (filled < byteCount) {
    const count = await file.read(memory.subarray(filled, byteCount), position + filled)
    if (count === 0) {
      throw new WirebenchError('capture-malformed', { reason: 'The file became shorter while it was read.' })
    }
    filled += count
  }
}
