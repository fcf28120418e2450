import { afterEach, expect, it } from 'vitest'
import { EventHub } from '../../src-main/contract/event-hub.ts'
import { portMessage } from '../../src-main/contract/port-handover.ts'
import { serve } from '../../src-main/contract/serve.ts'
import { stubHandlers } from '../../src-main/contract/testing/stub-handlers.ts'
import { createMessagePortWire } from '../../src-main/contract/wires/message-port-wire.ts'
import { openElectronLink } from './electron.ts'
import type { Link } from './link.ts'

const links: Link[] = []
const frames: HTMLIFrameElement[] = []
afterEach(() => {
  for (const link of links.splice(0)) link.close()
  for (const frame of frames.splice(0)) frame.remove()
})

/** A port whose engine answers with this number, so that the ports can be told apart. */
function enginePort(engineMemoryBytes: number): MessagePort {
  const { port1, port2 } = new MessageChannel()
  const handlers = stubHandlers({ 'host.vitals': () => ({ engineMemoryBytes, diskFreeBytes: null }) })
  serve(createMessagePortWire(port1), handlers, new EventHub())
  return port2
}

it('takes the one port that the preload posts and nothing else', async () => {
  const opening = openElectronLink()
  const frame = document.createElement('iframe')
  frames.push(frame)
  document.body.append(frame)
  const script = frame.contentDocument?.createElement('script')
  if (script === undefined) throw new Error('The frame has no document.')
  // From another window: this frame posts a port of its own.
  script.textContent = `parent.postMessage('${portMessage}', '*', [new MessageChannel().port1])`
  frame.contentDocument?.body.append(script)
  window.postMessage('another message', window.location.origin, [enginePort(1)])
  window.postMessage(portMessage, window.location.origin)
  window.postMessage(portMessage, window.location.origin, [enginePort(2), enginePort(3)])
  window.postMessage(portMessage, window.location.origin, [enginePort(4)])
  window.postMessage(portMessage, window.location.origin, [enginePort(5)])
  const link = await opening
  links.push(link)
  expect(await link.call('host.vitals', {})).toEqual({ engineMemoryBytes: 4, diskFreeBytes: null })
})

it('gives up when no port comes', async () => {
  await expect(openElectronLink(0)).rejects.toMatchObject({ code: 'host-gone' })
})
