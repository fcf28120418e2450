/** The part of WebAssembly that is used here. Node has it; its types come with those of browsers, which this layer has not. */
declare namespace WebAssembly {
  class Memory {
    /** Both in pages of 64 KiB. */
    constructor(size: { readonly initial: number; readonly maximum: number })
    readonly buffer: ArrayBuffer
  }
}
