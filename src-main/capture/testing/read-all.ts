import { createHash } from 'node:crypto'
import { maximumWindowRows, type CaptureRow, type CaptureViewName } from '../../contract/schemas/capture.ts'
import type { CaptureStore } from '../capture-store.ts'

/** All rows of a view, asked for window by window until it is complete; record previews are whole. */
export async function readAll(store: CaptureStore, captureId: string, view: CaptureViewName): Promise<CaptureRow[]> {
  const rows: CaptureRow[] = []
  for (;;) {
    const window = await store.window({
      captureId,
      view,
      firstRow: rows.length,
      rowCount: maximumWindowRows,
      previewBytes: 1024 * 1024,
    })
    rows.push(...window.rows)
    if (window.complete && rows.length === window.totalRows) return rows
  }
}

/** A short stand-in for many rows, quick to compare. */
export function digestOf(rows: readonly CaptureRow[]): string {
  const hash = createHash('sha256')
  for (const row of rows) {
    const bytes = row.kind === 'bytes' ? row.bytes : row.kind === 'data' ? row.preview : new Uint8Array(0)
    const plain = Object.entries({ ...row, bytes: null, preview: null }).sort(([a], [b]) => (a < b ? -1 : 1))
    hash.update(JSON.stringify(plain)).update(bytes)
  }
  return `${rows.length} rows, ${hash.digest('hex')}`
}
