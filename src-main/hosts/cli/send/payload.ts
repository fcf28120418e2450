import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { WirebenchError } from '../../../contract/errors.ts'
import { DiskFileSource } from '../../../storage/disk-file-source.ts'

/** What is sent. */
export type Payload =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly file: string }
  /** Whatever comes on standard input until it ends. */
  | { readonly kind: 'stream'; readonly stream: Readable }

/** Largest piece that is handed to the engine at once. */
export const largestPieceBytes = 1024 * 1024

/**
 * The pieces of a payload, in order, each in memory of its own. Errors: `file-not-found`, `file-unreadable`,
 * `file-changed`. Whoever stops
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

/** An ordinary file is watched: one that changes meanwhile is an error. Pipes and devices are read to their end. */
async function* readFilePieces(path: string): AsyncGenerator<Uint8Array> {
  if (!(await isOrdinary(path))) {
    yield* readStream(createReadStream(path, { highWaterMark: largestPieceBytes }), path)
    return
  }
  const file = await new DiskFileSource().open(path)
  try {
    const { sizeBytes } = file
    let sentBytes = 0
    while (sentBytes < sizeBytes) {
      const piece = await file.read(sentBytes, Math.min(largestPieceBytes, sizeBytes - sentBytes))
      if (piece.length === 0) break
      sentBytes += piece.length
      yield piece
    }
    const change = await file.change()
    if (change !== null) {
      const { reason, sizeBytes: sizeNowBytes } = change
      throw new WirebenchError('file-changed', { file: path, sentBytes, sizeBytes, sizeNowBytes, reason })
    }
  } finally {
    await file.close()
  }
}

async function isOrdinary(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    throw unreadable(error, path)
  }
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
