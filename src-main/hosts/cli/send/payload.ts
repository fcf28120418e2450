import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { WirebenchError } from '../../../contract/errors.ts'

/** What is sent. */
export type Payload =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly file: string }
  /** Whatever comes on standard input until it ends. */
  | { readonly kind: 'stream'; readonly stream: Readable }

/** Largest piece that is handed to the engine at once. */
const largestPieceBytes = 1024 * 1024

/**
 * The pieces of a payload, in order, each in memory of its own. Errors: `file-not-found`, `file-unreadable`. Whoever stops
 * early destroys a `stream` itself.
 */
export async function* readPayload(payload: Payload): AsyncGenerator<Uint8Array> {
  switch (payload.kind) {
    case 'bytes':
      yield* piecesOf(payload.bytes, largestPieceBytes)
      break
    case 'file':
      yield* readFilePieces(payload.file)
      break
    case 'stream':
      yield* readStream(payload.stream, 'standard input')
  }
}

async function* readFilePieces(file: string): AsyncGenerator<Uint8Array> {
  yield* readStream(createReadStream(file, { highWaterMark: largestPieceBytes }), file)
}

async function* readStream(stream: Readable, file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream as AsyncIterable<unknown>) {
      if (typeof chunk === 'string') yield* piecesOf(Buffer.from(chunk), largestPieceBytes)
      else if (chunk instanceof Uint8Array) yield* piecesOf(chunk, largestPieceBytes)
    }
  } catch (thrown) {
    throw unreadable(thrown, file)
  }
}

function unreadable(thrown: unknown, file: string): WirebenchError {
  const systemCode: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined
  if (systemCode === 'ENOENT') return new WirebenchError('file-not-found', { file })
  const reason = `${thrown instanceof Error ? thrown.message : String(thrown)}.`
  return new WirebenchError('file-unreadable', { file, reason })
}

/** Plain copies, so that nobody changes them under the engine. */
function* piecesOf(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield new Uint8Array(bytes.subarray(at, at + pieceBytes))
}

/** How fast and in which pieces to send. */
export interface Pacing {
  /** Null for as fast as the peer takes it. */
  readonly bytesPerSecond: number | null
  /** Null for pieces as they come. */
  readonly chunkBytes: number | null
}

/** Without a size, ten pieces a second. */
const piecesPerSecond = 10

/**
 * The pieces cut to the wanted size, each no earlier than the rate allows: the piece that begins at byte N comes N divided
 * by the rate after the first. Ends quietly when `signal` aborts.
 */
export async function* pace(
  pieces: AsyncIterable<Uint8Array>,
  { bytesPerSecond, chunkBytes }: Pacing,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const ratedBytes = bytesPerSecond === null ? largestPieceBytes : Math.ceil(bytesPerSecond / piecesPerSecond)
  const pieceBytes = Math.min(chunkBytes ?? ratedBytes, largestPieceBytes)
  const startMs = performance.now()
  let sentBytes = 0
  for await (const whole of pieces) {
    for (const piece of piecesOf(whole, pieceBytes)) {
      if (bytesPerSecond !== null) {
        const waitMs = startMs + (sentBytes / bytesPerSecond) * 1000 - performance.now()
        if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined)
      }
      if (signal.aborted) return
      sentBytes += piece.length
      yield piece
    }
  }
}
