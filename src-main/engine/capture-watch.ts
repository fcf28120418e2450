import type { LiveCapture } from '../capture/live-capture.ts'
import type { EventHub } from '../contract/event-hub.ts'
import type { Pulse } from './pulse.ts'

/** Publishes how a capture grows, and what becomes of its writing. `onGrew` is called each time besides. */
export function watchCapture(capture: LiveCapture, events: EventHub, pulse: Pulse, onGrew?: () => void): void {
  const { captureId } = capture
  capture.onGrew = () => {
    pulse.mark(`capture ${captureId}`, () => events.publish('capture.grew', { captureId, totals: capture.totals() }))
    onGrew?.()
  }
  capture.onProblem = (error) => {
    events.publish('host.notice', { level: 'error', message: error.message, error, captureId })
  }
  capture.onProblemSolved = () => {
    const message = 'The capture is being written again. Nothing was dropped.'
    events.publish('host.notice', { level: 'information', message, error: null, captureId })
  }
}
