import { ipcMain, MessageChannelMain, type IpcMainEvent, type WebContents } from 'electron'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import { portMessage } from '../../contract/port-handover.ts'
import { serve } from '../../contract/serve.ts'
import { createMessagePortWire } from '../../contract/wires/message-port-wire.ts'
import { portRequest } from './port-request.ts'
import { isFromPage } from './security.ts'

/** The part of the engine that a window reaches. */
export interface ServedEngine {
  readonly handlers: CommandHandlers
  readonly events: EventHub
}

/**
 * Hands each window that asks one message port to the engine, and closes it when the window asks again, goes away, or
 * the host ends.
 */
export class PagePorts {
  readonly #engine: ServedEngine
  readonly #served = new Map<WebContents, { close(): void }>()
  readonly #onRequest = (event: IpcMainEvent): void => this.#hand(event)

  constructor(engine: ServedEngine) {
    this.#engine = engine
    ipcMain.on(portRequest, this.#onRequest)
  }

  close(): void {
    ipcMain.removeListener(portRequest, this.#onRequest)
    for (const served of this.#served.values()) served.close()
    this.#served.clear()
  }

  #hand({ sender, senderFrame }: IpcMainEvent): void {
    if (!isFromPage(sender, senderFrame)) return
    const earlier = this.#served.get(sender)
    if (earlier === undefined) sender.once('destroyed', () => this.#end(sender))
    else earlier.close()
    const { port1, port2 } = new MessageChannelMain()
    this.#served.set(sender, serve(createMessagePortWire(port1), this.#engine.handlers, this.#engine.events))
    senderFrame.postMessage(portMessage, null, [port2])
  }

  #end(contents: WebContents): void {
    this.#served.get(contents)?.close()
    this.#served.delete(contents)
  }
}
