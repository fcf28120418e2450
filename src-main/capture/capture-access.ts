import type { CaptureSource } from './capture-source.ts'
import type { OpenFile } from './file-access.ts'
import type { SegmentCache } from './segment.ts'

/** What work on a whole capture is given of its reader, for as long as the work takes. */
export interface CaptureAccess {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly segments: SegmentCache
}
