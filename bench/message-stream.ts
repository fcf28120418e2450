/** How the messages of a stream are told apart: lines, or a length before each. */
export type MessageKind = 'lf' | 'u32be'

export const messageBytes = 64
export const chunkBytes = 64 * 1024

/** A chunk of whole messages of 64 bytes, as Node hands out what it reads: a `Buffer`, whose `indexOf` is the quick one. */
export function makeMessageChunk(kind: MessageKind): Buffer {
  const chunk = Buffer.alloc(chunkBytes, 0x61)
  for (let at = 0; at < chunkBytes; at += messageBytes) {
    if (kind === 'lf') chunk[at + messageBytes - 1] = 0x0a
    else chunk.set([0, 0, 0, messageBytes - 4], at)
  }
  return chunk
}

export const specOf = (kind: MessageKind): string => (kind === 'lf' ? 'lf' : 'length:u32be')
