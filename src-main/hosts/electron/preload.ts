/**
 * Runs in the sandbox of the page before its scripts, and does one thing: it fetches the message port to the engine and
 * passes it on. It exposes nothing.
 */
import { ipcRenderer } from 'electron'
import { portMessage } from '../../contract/port-handover.ts'
import { portRequest } from './port-request.ts'

// The page's own scripts have run by then and listen; a port that came earlier would be lost.
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send(portRequest), { once: true })

ipcRenderer.once(portMessage, (event) => {
  window.postMessage(portMessage, window.location.origin, event.ports)
})
