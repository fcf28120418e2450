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
