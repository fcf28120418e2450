import { expect, it } from 'vitest'
import { ExportOutput } from './export-output.ts'

const block = 1024 * 1024

it('hands over everything in order, and uses its memory again', async () => {
  const taken: number[] = []
  const memories = new Set<ArrayBuffer>()
  const output = new ExportOutput(async (bytes) => {
    memories.add(bytes.buffer)
    for (let at = 0; at < bytes.length; at += 100_000) taken.push(bytes[at] ?? -1)
    await Promise.resolve()
  })
  for (let turn = 0; turn < 200; turn++) {
    output.bytes(new Uint8Array(100_000).fill(turn))
    await output.drain()
  }
  await output.end()
  expect(output.byteCount).toBe(20_000_000)
  expect(new Set(taken).size).toBeGreaterThan(150)
  expect([...taken].sort((one, other) => one - other)).toEqual(taken)
  expect(memories.size).toBeLessThanOrEqual(6)
})

it('waits for a sink that is slower than what is made', async () => {
  const releases: (() => void)[] = []
  const output = new ExportOutput(() => new Promise((resolve) => releases.push(resolve)))
  output.bytes(new Uint8Array(6 * block))
  const told: string[] = []
  const draining = output.drain().then(() => told.push('drained'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual([])
  while (told.length === 0) {
    releases.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await draining
  const ending = output.end()
  const timer = setInterval(() => releases.shift()?.(), 0)
  await ending
  clearInterval(timer)
})

it('tells why the sink failed, and asks it no more', async () => {
  let calls = 0
  const output = new ExportOutput(() => {
    calls += 1
    return Promise.reject(new Error('full'))
  })
  output.bytes(new Uint8Array(3 * block))
  await expect(output.end()).rejects.toThrow('full')
  await expect(output.drain()).rejects.toThrow('full')
  expect(calls).toBe(1)
})

it('gives a piece that is larger than a block memory of its own', async () => {
  const lengths: number[] = []
  const output = new ExportOutput((bytes) => Promise.resolve(void lengths.push(bytes.length)))
  output.bytes(Uint8Array.of(1))
  output.reserve(2 * block)
  output.at += 2 * block
  output.bytes(Uint8Array.of(2))
  await output.end()
  expect(lengths).toEqual([1, 2 * block, 1])
})
