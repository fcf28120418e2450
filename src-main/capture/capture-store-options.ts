import type { Interpretation } from '../contract/schemas/interpretation.ts'
import type { ExpressionRunner } from '../protocol/byte-search/pattern-scan.ts'
import type { KeptOrigin } from './capture-facts.ts'
import type { Clock } from './clock.ts'
import type { FileAccess } from './file-access.ts'
import type { StructureFinder } from './latest-view.ts'
import type { ScanSizes } from './scanned-view.ts'

/** What a store of captures stands on. */
export interface CaptureStoreOptions {
  /** Holds the captures; made when missing. */
  readonly folder: string
  readonly clock: Clock
  /** Stands in every capture. */
  readonly programVersion: string
  /** The file system; the real one when left out. */
  readonly files?: FileAccess
  /** How capture files are scanned; as usual when left out. */
  readonly sizes?: ScanSizes
  /** Structures by the identifiers that decoders name them by; none when left out. */
  readonly structures?: StructureFinder
  /** Runs the expressions of filters, and stops catastrophic ones; when left out there are none. */
  readonly runExpression?: ExpressionRunner
}

/** What is known of a capture before it begins. */
export interface NewCapture {
  readonly name: string
  /** How it is cut and read; chunks as they come when left out. */
  readonly interpretation?: Interpretation
  readonly origin?: KeptOrigin
  /** What its times are taken from; the clock of the store when left out. */
  readonly clock?: Clock
}
