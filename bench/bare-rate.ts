import { join } from 'node:path'
import { JsonChild } from './json-child.ts'
import { megabytesPerSecond } from './measure.ts'
import type { StreamKind } from './streams.ts'

const inDist = (name: string): string => join('dist', 'bench', `${name}.js`)

/** A process that sends a stream, see `offering.ts` for its options. */
export function startSender(...options: readonly string[]): JsonChild {
  return new JsonChild(inDist('offering'), ...options)
}

/** Megabytes a second that a sink which does nothing but count takes from a sender at full speed. */
export async function measureBareSink(sinkKind: 'data' | 'onread', kind: StreamKind, seconds: number): Promise<number> {
  const sender = startSender(`--kind=${kind}`, `--seconds=${seconds}`)
  const sink = new JsonChild(inDist('bare-sink'), sinkKind, await sender.nextNumber('port'))
  sender.say({ start: true })
  const { receivedBytes } = await sink.next()
  const { sentBytes, elapsedMs } = await sender.next()
  sender.stop()
  sink.stop()
  if (receivedBytes !== sentBytes) throw new Error(`${String(receivedBytes)} of ${String(sentBytes)} bytes arrived.`)
  return megabytesPerSecond(Number(sentBytes), Number(elapsedMs))
}
