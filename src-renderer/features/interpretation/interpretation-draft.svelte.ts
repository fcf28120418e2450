import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import type {
  DecoderKind,
  DecoderSettings,
  DirectionInterpretation,
  Interpretation,
} from '../../../src-main/contract/schemas/interpretation.ts'
import { interpretationWords as words } from '../../strings/interpretation.ts'
import { draftOfFraming, readFraming, type FramingDraft, type ReadFraming } from './framing-draft.ts'

/** What is typed for one direction. Every field is reactive. */
export class DirectionDraft {
  framing: FramingDraft
  decoderKind: DecoderKind
  encoding: string
  /** Empty while none is chosen. */
  structureId: string

  constructor({ framing, decoder }: DirectionInterpretation) {
    this.framing = $state(draftOfFraming(framing))
    this.decoderKind = $state(decoder.kind)
    this.encoding = $state(decoder.kind === 'text' ? decoder.encoding : 'utf-8')
    this.structureId = $state(decoder.kind === 'structure' ? decoder.structureId : '')
  }

  get read(): ReadFraming {
    return readFraming(this.framing)
  }

  /** Why the decoder cannot be used yet; null when it can. */
  get decoderProblem(): string | null {
    return this.decoderKind === 'structure' && this.structureId === '' ? words.structureMissing : null
  }

  get decoder(): DecoderSettings {
    switch (this.decoderKind) {
      case 'text':
        return { kind: 'text', encoding: this.encoding }
      case 'structure':
        return this.structureId === '' ? { kind: 'automatic' } : { kind: 'structure', structureId: this.structureId }
      default:
        return { kind: this.decoderKind }
    }
  }

  /** The settings, null while a field keeps them from being any. */
  get settings(): DirectionInterpretation | null {
    const { read } = this
    return read.ok && this.decoderProblem === null ? { framing: read.settings, decoder: this.decoder } : null
  }

  /** Takes a whole framing, as from a preset. */
  use(framing: FramingSettings, decoder?: DecoderSettings): void {
    this.framing = draftOfFraming(framing)
    if (decoder !== undefined) this.decoderKind = decoder.kind
    if (decoder?.kind === 'text') this.encoding = decoder.encoding
  }
}

/** The editor's draft of an interpretation: one for both directions, or one for each. Every getter is reactive. */
export class InterpretationDraft {
  readonly #drafts: Readonly<Record<Direction, DirectionDraft>>
  perDirection = $state(false)
  /** The direction in front while they differ. */
  direction = $state<Direction>('received')
  messageIdPath = $state('')

  constructor({ sent, received, messageIdPath }: Interpretation) {
    this.#drafts = { sent: new DirectionDraft(sent), received: new DirectionDraft(received) }
    this.perDirection = JSON.stringify(sent) !== JSON.stringify(received)
    this.messageIdPath = messageIdPath
  }

  /** The draft in front. Without a difference, that of what is received stands for both. */
  get present(): DirectionDraft {
    return this.#drafts[this.perDirection ? this.direction : 'received']
  }

  /** The drafts of both sides begin alike when they part. */
  part(perDirection: boolean): void {
    if (perDirection && !this.perDirection) {
      const { settings } = this.#drafts.received
      if (settings !== null) this.#drafts.sent.use(settings.framing)
      this.#drafts.sent.decoderKind = this.#drafts.received.decoderKind
      this.#drafts.sent.encoding = this.#drafts.received.encoding
      this.#drafts.sent.structureId = this.#drafts.received.structureId
    }
    this.perDirection = perDirection
  }

  /** The interpretation, null while a field of either direction keeps it from being any. */
  get interpretation(): Interpretation | null {
    const received = this.#drafts.received.settings
    const sent = this.perDirection ? this.#drafts.sent.settings : received
    if (sent === null || received === null) return null
    return { sent, received, messageIdPath: this.messageIdPath.trim() }
  }

  /** Brings the direction to the front that cannot be used yet. */
  showProblem(): void {
    if (this.perDirection) this.direction = this.#drafts.received.settings === null ? 'received' : 'sent'
  }
}
