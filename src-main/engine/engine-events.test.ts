import { expect, test } from 'vitest'
import type { EventPayload } from '../contract/events.ts'
import { EngineEvents } from './engine-events.ts'

function notice(message: string): EventPayload<'host.notice'> {
  return { level: 'warning', message, error: null, captureId: null }
}

test('notices given before anybody listens reach the first listener, once and in order', async () => {
  const events = new EngineEvents()
  const first: string[] = []
  const second: string[] = []
  events.publish('host.notice', notice('one'))
  events.publish('host.notice', notice('two'))
  events.subscribe('host.notice', null, ({ message }) => first.push(message))
  await Promise.resolve()
  events.subscribe('host.notice', null, ({ message }) => second.push(message))
  events.publish('host.notice', notice('three'))
  await Promise.resolve()
  expect([first, second]).toEqual([['one', 'two', 'three'], ['three']])
})

test('only the last 50 early notices are kept', async () => {
  const events = new EngineEvents()
  const heard: string[] = []
  for (let number = 1; number <= 60; number++) events.publish('host.notice', notice(String(number)))
  events.subscribe('host.notice', null, ({ message }) => heard.push(message))
  await Promise.resolve()
  expect([heard.length, heard[0], heard.at(-1)]).toEqual([50, '11', '60'])
})
