/** Direct writes take memory and places of the file that begin and end at multiples of this. */
export const blockBytes = 4096
/** The unit that WebAssembly memory comes in. */
const wasmPageBytes = 64 * 1024

type WasmMemory = new (size: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer }

const alignedBuffers = new WeakSet<ArrayBufferLike>()

/**
 * Zeroed memory that begins where a page of the system's memory does. Nothing in JavaScript tells an address or asks for
 * one; the memory of a WebAssembly module is always mapped in whole pages. What was never touched takes no room. Null
 * where such memory cannot be had.
 */
export function pageAlignedMemory(byteCount: number): Uint8Array | null {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly?: { readonly Memory: WasmMemory } }
  if (WebAssembly === undefined) return null
  const pages = Math.ceil(byteCount / wasmPageBytes)
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages })
    alignedBuffers.add(buffer)
    return new Uint8Array(buffer, 0, byteCount)
  } catch (error) {
    // The room for addresses is limited on some machines.
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Where these bytes begin within a block of memory, or null when that is not known. */
export function memoryPhase(bytes: Uint8Array): number | null {
  return alignedBuffers.has(bytes.buffer) ? bytes.byteOffset % blockBytes : null
}
