import { describe, expect, test } from 'vitest'
import { WirebenchError } from '../contract/errors.ts'
import type { JsonDocumentStore, StoredDocument } from '../engine/documents/json-document-store.ts'
import { claimFirstRun } from './first-run.ts'

class MarkerDocument implements JsonDocumentStore {
  readonly fileName = 'workbench.json'
  present: StoredDocument
  readonly #failure: Error | null

  constructor(present: StoredDocument, failure: Error | null = null) {
    this.present = present
    this.#failure = failure
  }

  read(): Promise<StoredDocument> {
    return Promise.resolve(this.present)
  }

  async update(change: (present: StoredDocument) => unknown): Promise<void> {
    const value = change(this.present)
    await Promise.resolve()
    if (this.#failure !== null) throw this.#failure
    if (value !== null) this.present = { kind: 'value', value }
  }

  setAside(): Promise<string> {
    throw new Error('A marker is never set aside')
  }
}

const absent: StoredDocument = { kind: 'absent' }
const unreadable: StoredDocument = { kind: 'unreadable', reason: 'It is not JSON.' }

describe('claiming the first run', () => {
  test('the first caller gets it, and the marker says so', async () => {
    const document = new MarkerDocument(absent)
    expect([await claimFirstRun(document, true), document.present]).toEqual([
      true,
      { kind: 'value', value: { schemaVersion: 1, samplesMade: true } },
    ])
    expect(await claimFirstRun(document, true)).toBe(false)
  })

  test('a marker that cannot be read is a marker, unless nothing can be kept here', async () => {
    expect(await claimFirstRun(new MarkerDocument(unreadable), true)).toBe(false)
    expect(await claimFirstRun(new MarkerDocument(unreadable), false)).toBe(true)
    expect(await claimFirstRun(new MarkerDocument({ kind: 'value', value: {} }), false)).toBe(false)
  })

  test('a full disk does not keep the workbench from starting, a defect does', async () => {
    const full = new WirebenchError('disk-full', { file: 'workbench.json' })
    expect(await claimFirstRun(new MarkerDocument(absent, full), true)).toBe(true)
    const defect = new TypeError('defect')
    await expect(claimFirstRun(new MarkerDocument(absent, defect), true)).rejects.toBe(defect)
  })
})
