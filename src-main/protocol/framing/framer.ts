import type { FramingSettings } from '../../contract/schemas/framing.ts'
import { FixedSizeScanner, IdleGapScanner, RawScanner } from './chunk-scanners.ts'
import { CobsScanner } from './cobs-scanner.ts'
import { ContentLengthScanner } from './content-length-scanner.ts'
import { DelimiterScanner } from './delimiter-scanner.ts'
import type { Frame } from './frame.ts'
import { FrameBatch } from './frame-batch.ts'
import type { FramerState, FrameScanner } from './frame-scanner.ts'
import { hexToBytes } from './hex-settings.ts'
import { JsonScanner } from './json-scanner.ts'
import { LengthPrefixScanner } from './length-prefix-scanner.ts'
import { MarkerScanner } from './marker-scanner.ts'
import { MessagePackScanner } from './msgpack-scanner.ts'
import { SlipScanner } from './slip-scanner.ts'

/**
 * Cuts one direction of a connection into messages. Frames are offsets into the stream: nothing is copied or kept, so a
 * stream of any length can be cut. However the stream is split into chunks, the frames are the same (but for `raw`,
 * where the chunks are the frames).
 */
export interface Framer {
  /**
   * Takes the next bytes of the stream. `timeNs` is when they arrived, on any clock that never goes back; only the idle
   * gap uses it. An empty chunk tells only the time. Returns the frames that ended, in order.
   */
  acceptChunk(bytes: Uint8Array, timeNs: number): readonly Frame[]
  /** The same without an object per frame: adds to `batch`, which belongs to the caller. */
  scanInto(bytes: Uint8Array, timeNs: number, batch: FrameBatch): void
  /** The stream has ended. Returns what is left, marked where it is no whole message. */
  end(): readonly Frame[]
  /** `end` into a batch. */
  endInto(batch: FrameBatch): void
  /** Where the framer stands. `createFramer` with it goes on from there. */
  snapshot(): FramerState
  /** Bytes since the last frame: what waits for its end. */
  readonly carriedBytes: number
}

/**
 * A framer at the beginning of a stream, or at `state`, which must come from a framer with the same settings; one of
 * another scanner is a `TypeError`.
 */
export function createFramer(settings: FramingSettings, state?: FramerState): Framer {
  const scanner = createScanner(settings)
  if (state !== undefined) scanner.restore(state)
  // Made when it is needed: whoever follows thousands of streams has a batch for all of them.
  let own: FrameBatch | null = null
  const framesOf = (fill: (batch: FrameBatch) => void): readonly Frame[] => {
    own ??= new FrameBatch()
    own.clear()
    fill(own)
    return own.toFrames(settings)
  }
  return {
    acceptChunk: (bytes, timeNs) => framesOf((batch) => scanner.scan(bytes, timeNs, batch)),
    scanInto(bytes, timeNs, batch) {
      scanner.scan(bytes, timeNs, batch)
    },
    end: () => framesOf((batch) => scanner.finish(batch)),
    endInto(batch) {
      scanner.finish(batch)
    },
    snapshot: () => scanner.snapshot(),
    get carriedBytes() {
      return scanner.carriedBytes
    },
  }
}

function createScanner(settings: FramingSettings): FrameScanner {
  switch (settings.kind) {
    case 'raw':
      return new RawScanner()
    case 'lf':
      return delimited('0a', settings.maximumFrameBytes)
    case 'crlf':
    case 'm2':
      return delimited('0d0a', settings.maximumFrameBytes)
    case 'json-lines':
      return delimited('0a', settings.maximumFrameBytes, { stripCarriageReturn: true })
    case 'delimiter':
      return delimited(settings.delimiterHex, settings.maximumFrameBytes, { keepDelimiter: settings.keepDelimiter })
    case 'fixed':
      return new FixedSizeScanner(settings.frameBytes)
    case 'length-prefix':
      return new LengthPrefixScanner(settings)
    case 'tcpy':
      return new LengthPrefixScanner({
        kind: 'length-prefix',
        field: 'u32be',
        bytesBeforeField: 0,
        bytesAfterField: 0,
        valueCounts: 'content',
        addedBytes: 0,
        maximumFrameBytes: settings.maximumFrameBytes,
      })
    case 'markers':
      return new MarkerScanner(settings)
    case 'slip':
      return new SlipScanner(settings.maximumFrameBytes)
    case 'cobs':
      return new CobsScanner(settings.maximumFrameBytes)
    case 'json':
      return new JsonScanner(settings.maximumFrameBytes)
    case 'msgpack':
      return new MessagePackScanner(settings.maximumFrameBytes)
    case 'content-length':
      return new ContentLengthScanner(settings.maximumFrameBytes)
    case 'idle-gap':
      return new IdleGapScanner(settings.idleGapMs, settings.maximumFrameBytes)
  }
}

function delimited(
  delimiterHex: string,
  maximumFrameBytes: number,
  { keepDelimiter = false, stripCarriageReturn = false } = {},
): FrameScanner {
  return new DelimiterScanner({
    delimiter: hexToBytes(delimiterHex),
    keepDelimiter,
    maximumFrameBytes,
    stripCarriageReturn,
  })
}
