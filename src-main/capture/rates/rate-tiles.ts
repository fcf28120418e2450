import type { SourceState } from '../capture-source.ts'
import { recordHeaderBytes, type RecordHeader } from '../record-codec.ts'
import { walkRecords } from '../record-walker.ts'
import { countedDirection, countedTimeNs } from './counted-record.ts'
import type { IntervalRow } from './interval-ladder.ts'
import type { RateSource } from './rate-overview.ts'
import { RateTable } from './rate-table.ts'
import type { StretchTable } from './stretch-table.ts'

/** Intervals of one tile. */
const tileIntervals = 128
/** Enough for two answers of the most intervals. */
const maximumTiles = 36
/** A request reads so much at most: some hundredths of a second. */
const budgetBytes = 32 * 1024 * 1024
/** What it costs to read a header that stands far from the one before, in bytes that stand together. */
const farHeaderBytes = 8 * 1024

/** A short time in fine intervals. */
interface Tile {
  readonly table: RateTable
  /** Everything before this place of the data file was counted. */
  countedOffset: number
}

/** What is counted of some intervals. */
export interface TileAnswer {
  readonly tables: readonly RateTable[]
  /** Everything before this place of the data file is in all of them. */
  readonly countedOffset: number
}

/**
 * Fine tables of short times, made by reading only those stretches of the data file that hold bytes of these times. They
 * follow a growing capture by what was added. Those used longest ago are given up.
 */
export class RateTiles {
  readonly #source: RateSource
  readonly #stretches: StretchTable
  readonly #startOffset: number
  /** By length of the intervals and number of the tile; in the order of use. */
  readonly #tiles = new Map<string, Tile>()
  /** One request reads at a time: two must not count the same records into a tile. */
  #turn: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(source: RateSource, stretches: StretchTable, startOffset: number) {
    this.#source = source
    this.#stretches = stretches
    this.#startOffset = startOffset
  }

  /** Reads no more. Requests that wait go on with what is known. */
  stop(): void {
    this.#isStopped = true
  }

  /** The tiles of these intervals, counted up to `endOffset`, which was looked through, or as far as a request reads. */
  read(row: IntervalRow, state: SourceState, endOffset: number): Promise<TileAnswer> {
    const reading = this.#turn.then(() => this.#read(row, state, endOffset))
    this.#turn = reading.catch(() => undefined)
    return reading
  }

  async #read(row: IntervalRow, state: SourceState, endOffset: number): Promise<TileAnswer> {
    const tiles = this.#tilesOf(row)
    let leftBytes = budgetBytes
    for (const tile of tiles) {
      while (tile.countedOffset < endOffset && leftBytes > 0 && !this.#isStopped) {
        leftBytes -= await this.#count(tile, state, endOffset)
      }
    }
    const countedOffset = Math.min(endOffset, ...tiles.map((tile) => tile.countedOffset))
    return { tables: tiles.map(({ table }) => table), countedOffset }
  }

  #tilesOf({ fromNs, intervalNs, count }: IntervalRow): readonly Tile[] {
    const tileNs = intervalNs * tileIntervals
    const tiles: Tile[] = []
    for (let number = Math.floor(fromNs / tileNs); number * tileNs < fromNs + count * intervalNs; number++) {
      const key = `${intervalNs} ${number}`
      const tile = this.#tiles.get(key) ?? {
        table: new RateTable(number * tileNs, intervalNs, tileIntervals),
        countedOffset: this.#startOffset,
      }
      this.#tiles.delete(key)
      this.#tiles.set(key, tile)
      tiles.push(tile)
    }
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= maximumTiles) break
      this.#tiles.delete(key)
    }
    return tiles
  }

  /** Goes past one stretch, or a part of it up to a checkpoint; gives what it cost, in bytes. */
  async #count(tile: Tile, state: SourceState, endOffset: number): Promise<number> {
    const { table } = tile
    const part = this.#stretches.findFrom(tile.countedOffset, { firstNs: table.fromNs, lastNs: table.toNs - 1 })
    if (part === null || part.startOffset >= endOffset) {
      tile.countedOffset = endOffset
      return 0
    }
    const { source, file, blockBytes } = this.#source
    const from = part.startOffset
    const next = state.checkpoints.findFileOffset(from, state.checkpointCount) + 1
    const checkpoint = next < state.checkpointCount ? state.checkpoints.fileOffsetAt(next) : Infinity
    const to = Math.min(endOffset, part.endOffset, checkpoint)
    let costBytes = 0
    const onRecord = (header: Readonly<RecordHeader>): void => {
      costBytes += Math.min(farHeaderBytes, recordHeaderBytes + header.payloadLength)
      const direction = countedDirection(header)
      const timeNs = countedTimeNs(header.timeNs)
      if (direction === null || timeNs < table.fromNs || timeNs >= table.toNs) return
      table.add(timeNs, header.connection, direction, header.payloadLength)
    }
    const onDamage = (_fileOffset: number, byteCount: number): void => void (costBytes += byteCount)
    await walkRecords({ file, salt: source.salt, from, to, isFileEnd: false, blockBytes }, { onRecord, onDamage })
    tile.countedOffset = to
    return costBytes
  }
}
