/**
 * Plain data with every `Uint8Array` owning exactly its bytes. Structured cloning copies the whole buffer under a
 * view, so a 16-byte row of an 8 MiB slab would carry the slab, and a pooled buffer its neighbours' content. What
 * needs no change is returned as it is.
 */
export function compactBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return ownsItsBuffer(value) ? value : new Uint8Array(value)
  if (Array.isArray(value)) return compactArray(value)
  return compactRecord(value)
}

function ownsItsBuffer(bytes: Uint8Array): boolean {
  return Object.getPrototypeOf(bytes) === Uint8Array.prototype && bytes.byteLength === bytes.buffer.byteLength
}

function compactArray(values: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null
  for (let index = 0; index < values.length; index += 1) {
    const compact = compactBytes(values[index])
    if (compact !== values[index]) (copy ??= [...values])[index] = compact
  }
  return copy ?? values
}

function compactRecord(record: object): object {
  let copy: Record<string, unknown> | null = null
  for (const [key, value] of Object.entries(record)) {
    const compact = compactBytes(value)
    if (compact !== value) (copy ??= { ...record })[key] = compact
  }
  return copy ?? record
}
