/**
 * One value of MessagePack as it stood on the wire: every node knows its bytes and the header it was written with, so
 * nothing about the encoding is lost. Source: the MessagePack specification, and seed-systems 1.1 for the older
 * flavour that tcpy speaks.
 */

/** Where a node stands. Both count bytes from the beginning of the array that was decoded; `end` is exclusive. */
interface PlacedNode {
  readonly start: number
  readonly end: number
  /** The first byte: it names the form (see `messagePackFormName`), and with it the width. */
  readonly header: number
}

/**
 * A decoded value.
 *
 * `announced` is what the header promised: bytes of a text, items of an array, entries of a map. In a whole tree that
 * is what is there; in a partial one less may be, and `missing` stands where a value is cut off or malformed.
 */
export type MessagePackNode =
  | (PlacedNode & { readonly kind: 'nil' })
  | (PlacedNode & { readonly kind: 'boolean'; readonly value: boolean })
  /** `bits` is the width on the wire: 5 or 7 for the numbers that fit the header itself, else 8 to 64. */
  | (PlacedNode & { readonly kind: 'integer'; readonly value: bigint; readonly bits: 5 | 7 | 8 | 16 | 32 | 64 })
  /** `rawBits` is the number as on the wire, so that the payload of a NaN is kept. */
  | (PlacedNode & { readonly kind: 'float'; readonly bits: 32 | 64; readonly value: number; readonly rawBits: bigint })
  | (PlacedNode & { readonly kind: 'string'; readonly text: string; readonly announced: number })
  /** A string whose bytes are no UTF-8. They are shown as hex and never replaced. */
  | (PlacedNode & { readonly kind: 'raw'; readonly bytes: Uint8Array; readonly announced: number })
  | (PlacedNode & { readonly kind: 'binary'; readonly bytes: Uint8Array; readonly announced: number })
  | (PlacedNode & { readonly kind: 'array'; readonly items: readonly MessagePackNode[]; readonly announced: number })
  | (PlacedNode & { readonly kind: 'map'; readonly entries: readonly MessagePackEntry[]; readonly announced: number })
  | (PlacedNode & {
      readonly kind: 'extension'
      /** −128 to 127; below 0 is reserved by the specification. */
      readonly type: number
      readonly bytes: Uint8Array
      readonly announced: number
      /** The date of a timestamp (type −1 in one of its three forms), RFC 3339 in UTC with nanoseconds; else null. */
      readonly timestamp: string | null
    })
  | (PlacedNode & { readonly kind: 'missing' })

/** An entry of a map. Keys may be of any kind and may occur more than once; the order is that of the wire. */
export interface MessagePackEntry {
  readonly key: MessagePackNode
  readonly value: MessagePackNode
}

/** `modern`: str8 and bin are used. `tcpy`: the older raw flavour, without both and with 64-bit floats only. */
export type MessagePackFlavour = 'modern' | 'tcpy'
