import type { TlsSummary } from '../../contract/schemas/tls.ts'
import { BytePattern } from '../framing/byte-pattern.ts'
import type { TlsPlan } from './connection-inputs.ts'

/**
 * Where TLS stands on one connection.
 *
 *   plain        none was asked for
 *   exchange     the text before TLS goes out and its answer is waited for
 *   draining     asked for by hand: what was queued before goes out in plain text
 *   handshaking  the handshake goes on; no byte of the user goes out
 *   secured
 */
export type TlsStep = 'plain' | 'exchange' | 'draining' | 'handshaking' | 'secured'

/** TLS on one connection: whether it was asked for, the text that is waited for before, and what was negotiated. */
export class TlsPhase {
  #step: TlsStep = 'plain'
  #serverName: string | null = null
  #awaited: BytePattern | null = null
  #matchedBytes = 0
  #beganAtMs = 0
  #handshakeMs: number | null = null
  #summary: TlsSummary | null = null

  get step(): TlsStep {
    return this.#step
  }
  get serverName(): string | null {
    return this.#serverName
  }
  /** It was asked for and is not done. */
  get isUnderWay(): boolean {
    return this.#step === 'exchange' || this.#step === 'draining' || this.#step === 'handshaking'
  }
  /** A text must be received before the handshake begins. */
  get awaitsText(): boolean {
    return this.#step === 'exchange' && this.#awaited !== null
  }
  get handshakeMs(): number | null {
    return this.#handshakeMs
  }
  get summary(): TlsSummary | null {
    return this.#summary
  }

  /** The connection is open, and TLS is asked for from the beginning. */
  plan(plan: TlsPlan, nowMs: number): void {
    this.#serverName = plan.serverName
    this.#beganAtMs = nowMs
    this.#step = plan.start === 'at-once' ? 'handshaking' : 'exchange'
    if (plan.start === 'after-text' && plan.expect.length > 0) this.#awaited = new BytePattern(plan.expect)
  }

  /** TLS is asked for in mid-stream. */
  request(serverName: string | null, nowMs: number): void {
    this.#serverName = serverName
    this.#beganAtMs = nowMs
    this.#step = 'draining'
  }

  /** Received in plain text: looks for what is waited for, wherever the pieces are cut. */
  received(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#awaited === null) return
      this.#matchedBytes = this.#awaited.advance(this.#matchedBytes, byte)
      if (this.#matchedBytes === this.#awaited.length) this.#awaited = null
    }
  }

  /** The handshake in mid-stream begins. */
  begin(nowMs: number): void {
    this.#step = 'handshaking'
    this.#beganAtMs = nowMs
  }

  secure(tls: Omit<TlsSummary, 'handshakeMs'>, nowMs: number): TlsSummary {
    this.#step = 'secured'
    this.#handshakeMs = this.elapsedMs(nowMs)
    this.#summary = { ...tls, handshakeMs: this.#handshakeMs }
    return this.#summary
  }

  /** Since the handshake began, or else since TLS was asked for. */
  elapsedMs(nowMs: number): number {
    return nowMs - this.#beganAtMs
  }
}
