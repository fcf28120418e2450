import type { ComputedEncoding, ComputedField, ComputedValue } from '../../../contract/schemas/message.ts'
import { checksumBytes, findChecksum, type Checksum } from '../../checksum/checksums.ts'
import { spansAfterInsertion, spansTouch } from '../byte-spans.ts'
import { ComposeStop } from '../compose-stop.ts'
import type { ComposeScope } from '../compose-scope.ts'
import type { ByteSpan, ComposePlace } from '../composition.ts'
import type { ContentBytes } from '../content/content-bytes.ts'
import { binaryWidth, encodeFact, freeFact, numberFact, type ComputedFact } from './computed-bytes.ts'

type LookingValue = Extract<ComputedValue, { kind: 'length' | 'checksum' }>

/** A length or checksum that is worked out last; `offset` is where it stands in the content. */
interface LateField {
  readonly value: LookingValue
  readonly checksum: Checksum | null
  readonly encoding: ComputedEncoding
  readonly place: ComposePlace
  readonly isOverwrite: boolean
  offset: number
  length: number
}

/** Digits without a width need more room than the one they begin with: so many more in all. */
const mostAddedRoom = 23
/** Checksums whose digits change what others need are worked out so often; then they get room for all their digits. */
const freePasses = 2

/**
 * The content with its computed fields. First, in their order, those that put bytes in; then those that overwrite; then
 * lengths and checksums, in their order, over the content as it then is. Offsets of insertions count in the content as
 * it is at that moment, all others in the content as it finally is; negative ones count from its end. A length or
 * checksum that was put in has zeros where others look at it before it is worked out. Stops composing with
 * `computed-out-of-range`, `computed-overflow` and `computed-malformed`, which name the field.
 */
export function applyComputed(
  content: ContentBytes,
  fields: readonly ComputedField[],
  scope: ComposeScope,
): ContentBytes {
  if (fields.length === 0) return content
  const draft = new ContentDraft(content)
  const late: LateField[] = []
  fields.forEach((field, index) => {
    if (field.place.kind === 'overwrite') return
    const place = { part: 'computed', field: index + 1 } as const
    const offset = field.place.kind === 'append' ? draft.length : draft.offsetOf(field.place.offset, 0, place)
    if (isLooking(field.value)) {
      const added = lateField(field.value, field.encoding, place, false, offset)
      draft.insert(offset, new Uint8Array(added.length), false, late)
      late.push(added)
    } else {
      const fact = freeFact(field.value, scope, place)
      draft.insert(offset, encodeFact(fact, field.encoding, place), fact.secret, late)
    }
  })
  fields.forEach((field, index) => {
    if (field.place.kind !== 'overwrite') return
    const place = { part: 'computed', field: index + 1 } as const
    if (isLooking(field.value)) {
      late.push(lateField(field.value, field.encoding, place, true, field.place.offset))
    } else {
      const fact = freeFact(field.value, scope, place)
      const bytes = encodeFact(fact, field.encoding, place)
      draft.overwrite(draft.offsetOf(field.place.offset, bytes.length, place), bytes, fact.secret)
    }
  })
  late.sort((a, b) => (a.place.field ?? 0) - (b.place.field ?? 0))
  return workOutLate(draft, late)
}

const isLooking = (value: ComputedValue): value is LookingValue => value.kind === 'length' || value.kind === 'checksum'

function lateField(
  value: LookingValue,
  encoding: ComputedEncoding,
  place: ComposePlace,
  isOverwrite: boolean,
  offset: number,
): LateField {
  const checksum = value.kind === 'checksum' ? (findChecksum(value.algorithm) ?? null) : null
  if (value.kind === 'checksum' && checksum === null) {
    const reason = `There is no checksum named "${value.algorithm}".`
    throw ComposeStop.of('computed-malformed', { field: place.field ?? 0, reason }, place)
  }
  return { value, checksum, encoding, place, isOverwrite, offset, length: firstLength(encoding, checksum) }
}

/** Checksums have the width of their kind, lengths as many digits as they need. */
function firstLength(encoding: ComputedEncoding, checksum: Checksum | null): number {
  if (encoding.kind === 'binary') return binaryWidth(encoding.type)
  const bits = checksum?.widthBits ?? null
  if (encoding.kind === 'plain') return bits === null ? 1 : bits / 8
  if (encoding.width > 0) return encoding.width
  return bits !== null && encoding.base === 16 ? bits / 4 : 1
}

/**
 * Lengths get their room first: they need no bytes for it. Then everything is worked out once, in order, and once more
 * when decimal digits of a checksum needed room: that may have changed what comes before them.
 */
function workOutLate(before: ContentDraft, late: readonly LateField[]): ContentBytes {
  const room = new Room(before, late)
  for (let pass = 0; ; pass++) {
    if (pass === freePasses) for (const field of late) room.make(field, mostDigits(field))
    while (growLength(room));
    const draft = before.copy()
    const roomBefore = room.added
    for (const field of late) workOut(draft, field, room)
    if (room.added === roomBefore) return draft
  }
}

/**
 * Room for one more digit of the first length that has too little in the content as it will be. False when all have
 * enough, or when something before it is out of range, which is told in its turn.
 */
function growLength({ before, late, make }: Room): boolean {
  for (const field of late) {
    const { value, encoding, place, length } = field
    const span = spanOf(value.of, before.length)
    if (span === null) return false
    if (value.kind === 'checksum' || !hasFreeWidth(encoding)) continue
    const digits = encodeFact(lengthFact(span.end - span.start + value.added), encoding, place, length)
    if (digits.length > length) return make(field, length + 1)
  }
  return false
}

const hasFreeWidth = (encoding: ComputedEncoding): boolean =>
  encoding.kind === 'plain' || (encoding.kind === 'digits' && encoding.width === 0)

/** The bytes of a content of that length; null when it has not all of them. */
function spanOf({ from, to }: LookingValue['of'], length: number): ByteSpan | null {
  const start = from < 0 ? length + from : from
  const end = to === null ? length : to < 0 ? length + to : to
  return start >= 0 && start <= end && end <= length ? { start, end } : null
}

/** Decimal digits that any value of a checksum fits in, where they have no width; what it has for all others. */
function mostDigits({ checksum, encoding, length }: LateField): number {
  const isFree = checksum !== null && encoding.kind === 'digits' && encoding.base === 10 && encoding.width === 0
  return isFree ? (2 ** checksum.widthBits - 1).toString().length : length
}

/** Writes the field into the draft, which gets the room that is made for it. */
function workOut(draft: ContentDraft, field: LateField, room: Room): void {
  const { value, checksum, encoding, place } = field
  const { start, end } = draft.rangeOf(value.of, place)
  const fact =
    value.kind === 'length' ? lengthFact(end - start + value.added) : checksumFact(draft, start, end, checksum)
  const secret = value.kind === 'checksum' && spansTouch(draft.masked, start, end)
  const bytes = encodeFact({ ...fact, secret }, encoding, place, field.length)
  room.make(field, bytes.length, draft)
  const offset = field.isOverwrite ? draft.offsetOf(field.offset, bytes.length, place) : field.offset
  draft.overwrite(offset, bytes, secret)
}

/** The room of lengths and checksums in the content before they are worked out. */
class Room {
  readonly before: ContentDraft
  readonly late: readonly LateField[]
  #added = 0

  constructor(before: ContentDraft, late: readonly LateField[]) {
    this.before = before
    this.late = late
  }

  /** Bytes added so far. */
  get added(): number {
    return this.#added
  }

  /** Room for so many bytes, in `draft` as well. True when there was too little. Stops composing when it is too much. */
  readonly make = (field: LateField, length: number, draft?: ContentDraft): boolean => {
    const missing = length - field.length
    if (missing <= 0) return false
    this.#added += missing
    if (this.#added > mostAddedRoom) throw tooMuchRoom(this.late)
    if (!field.isOverwrite) {
      const end = field.offset + field.length
      this.before.insert(end, new Uint8Array(missing), false, this.late, field)
      draft?.insert(end, new Uint8Array(missing), false, [])
    }
    field.length = length
    return true
  }
}

function tooMuchRoom([first]: readonly LateField[]): ComposeStop {
  const reason = 'Too many fields need room for their digits. Give them a width.'
  const place = first?.place ?? { part: 'computed' }
  return ComposeStop.of('computed-malformed', { field: place.field ?? 0, reason }, place)
}

const lengthFact = (length: number): ComputedFact => numberFact(BigInt(length))

function checksumFact(draft: ContentDraft, start: number, end: number, checksum: Checksum | null): ComputedFact {
  const value = checksum?.compute(draft.bytes.subarray(start, end)) ?? 0
  return numberFact(BigInt(value), checksumBytes(value, checksum?.widthBits ?? 8, 'big'))
}

/** Content that is being worked on. */
class ContentDraft implements ContentBytes {
  bytes: Uint8Array
  masked: readonly ByteSpan[]
  computed: readonly ByteSpan[]

  constructor({ bytes, masked, computed = [] }: ContentBytes) {
    this.bytes = bytes.slice()
    this.masked = masked
    this.computed = computed
  }

  get length(): number {
    return this.bytes.length
  }

  copy(): ContentDraft {
    return new ContentDraft(this)
  }

  /** An offset from the beginning, with room for `byteCount` bytes of what is there. */
  offsetOf(offset: number, byteCount: number, place: ComposePlace): number {
    const found = offset < 0 ? this.length + offset : offset
    if (found >= 0 && found + byteCount <= this.length) return found
    const reason = `It would take ${byteCount} bytes from ${offset}.`
    throw ComposeStop.of(
      'computed-out-of-range',
      { field: place.field ?? 0, contentBytes: this.length, ...(byteCount > 0 ? { reason } : {}) },
      place,
    )
  }

  rangeOf({ from, to }: LookingValue['of'], place: ComposePlace): ByteSpan {
    const start = this.offsetOf(from, 0, place)
    const end = to === null ? this.length : this.offsetOf(to, 0, place)
    if (start <= end) return { start, end }
    const reason = `What it looks at ends before it begins: from ${from} to ${to}.`
    throw ComposeStop.of('computed-out-of-range', { field: place.field ?? 0, contentBytes: this.length, reason }, place)
  }

  /** `growing` is the field that the bytes belong to: it stays where it is. */
  insert(offset: number, added: Uint8Array, secret: boolean, late: readonly LateField[], growing?: LateField): void {
    const grown = new Uint8Array(this.length + added.length)
    grown.set(this.bytes.subarray(0, offset))
    grown.set(added, offset)
    grown.set(this.bytes.subarray(offset), offset + added.length)
    this.bytes = grown
    this.masked = spansAfterInsertion(this.masked, offset, added.length)
    this.computed = [
      ...spansAfterInsertion(this.computed, offset, added.length),
      { start: offset, end: offset + added.length },
    ]
    for (const field of late) {
      if (field !== growing && !field.isOverwrite && field.offset >= offset) field.offset += added.length
    }
    if (secret) this.masked = [...this.masked, { start: offset, end: offset + added.length }]
  }

  overwrite(offset: number, bytes: Uint8Array, secret: boolean): void {
    this.bytes.set(bytes, offset)
    this.computed = [...this.computed, { start: offset, end: offset + bytes.length }]
    if (secret) this.masked = [...this.masked, { start: offset, end: offset + bytes.length }]
  }
}
