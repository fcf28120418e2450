/** A chunk of a stream: a record of one direction of one connection. The object may be used again for the next. */
export interface ScannedChunk {
  /** Its number, such as that of the record. */
  readonly chunk: number
  readonly timeNs: number
  /** Offset of its first byte; grows within a stream, and may leave out what belongs to other streams. */
  readonly streamOffset: number
}

/** Where a match begins, and how many bytes of its stream it has. The object is used again. */
export interface PatternMatch {
  stream: number
  chunk: number
  offsetInChunk: number
  timeNs: number
  streamOffset: number
  length: number
}

/** Finds matches in many streams, each a number, whose chunks come in any order. */
export interface PatternScan {
  /** The next chunk, of any stream. What stands before it in its stream was seen. */
  startChunk(stream: number, chunk: ScannedChunk): void
  /** A part of the chunk begun last, in order: `bytes[start .. end)`, which begins at `offsetInChunk` of it. */
  scan(bytes: Uint8Array, start: number, end: number, offsetInChunk: number): void
  /** Bytes of a stream are left out: no match goes over this place. */
  breakStream(stream: number): void
  /** The same for every stream, such as at damage. */
  breakAll(): void
  /**
   * Nothing more is there for now, and nothing before `settledNs` is to come: finds what can be told without it. True when there is
   * something to tell once that time has passed on, also without more bytes.
   */
  catchUp(settledNs: number): boolean
  /** Offset of the first byte of a stream of which it is not known whether a match begins there; infinite when all is known. */
  undecidedFrom(stream: number): number
  /** Tells the matches that are whole without anything that comes later; who asked takes the rest of the stream as decided. */
  decide(stream: number): void
}

export type OnPatternMatch = (match: Readonly<PatternMatch>) => void

/** What the caller does faster, or with a guard. */
export interface SearchTools {
  /** Position of `wanted` in `bytes` from `from` on, or -1. */
  readonly findBytes: (bytes: Uint8Array, wanted: Uint8Array, from: number) => number
  /** `bytes[start .. end)` as text with one character a byte. */
  readonly latin1Text: (bytes: Uint8Array, start: number, end: number) => string
  readonly runExpression: ExpressionRunner
}

/**
 * Runs an expression with the flag `g` over a text from `from` on, until it finds no more or a match begins at or behind `startLimit`.
 * Adds to `places` where each match begins and its length, at most `longestMatch`; goes on behind it. Matches without
 * characters are passed over. Throws `pattern-too-slow`.
 */
export type ExpressionRunner = (expression: RegExp, look: ExpressionLook) => void

export interface ExpressionLook {
  readonly text: string
  readonly from: number
  readonly startLimit: number
  readonly longestMatch: number
  readonly places: number[]
}
