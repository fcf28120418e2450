/**
 * A JSON document as it stands in its text: nothing is rounded, merged or dropped. Members keep their order and their
 * duplicates, numbers their digits (integers beyond 2^53, `1.0`, `1e400`), strings their lone surrogates.
 *
 * Every `start` and `end` (exclusive) counts from 0: UTF-16 units in a document read from text, bytes in one read from
 * bytes.
 */
import type { ErrorShape } from '../../contract/errors.ts'

interface JsonPlace {
  readonly start: number
  readonly end: number
}

/** One key and its value. `keyStart` and `keyEnd` enclose the key with its quotes. */
export interface JsonMember {
  readonly key: string
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: JsonNode
}

export interface JsonObjectNode extends JsonPlace {
  readonly kind: 'object'
  /** In the order of the document; keys that stand twice are here twice. */
  readonly members: readonly JsonMember[]
}

export interface JsonArrayNode extends JsonPlace {
  readonly kind: 'array'
  readonly elements: readonly JsonNode[]
}

export interface JsonStringNode extends JsonPlace {
  readonly kind: 'string'
  /** Without quotes, escapes resolved; may hold lone surrogates. */
  readonly value: string
}

export interface JsonNumberNode extends JsonPlace {
  readonly kind: 'number'
  /** As it stands in the document. */
  readonly text: string
}

/** What Python writes for floats that are no numbers; no JSON by RFC 8259, but sent all the same. */
export interface JsonSpecialNode extends JsonPlace {
  readonly kind: 'special'
  readonly text: 'NaN' | 'Infinity' | '-Infinity'
}

export type JsonNode =
  | JsonObjectNode
  | JsonArrayNode
  | JsonStringNode
  | JsonNumberNode
  | JsonSpecialNode
  | (JsonPlace & { readonly kind: 'boolean'; readonly value: boolean })
  | (JsonPlace & { readonly kind: 'null' })

/**
 * Something that strict readers refuse or read in different ways. `special-number`: NaN or an infinity.
 * `duplicate-key`: a key that stood in the same object before; its place is the later key. `lone-surrogate`: half of a
 * UTF-16 pair in a string, which has no UTF-8 form. `byte-order-mark`: a BOM before the document.
 */
export interface JsonRemark extends JsonPlace {
  readonly code: 'special-number' | 'duplicate-key' | 'lone-surrogate' | 'byte-order-mark'
  /** The number, or the key; empty for the others. */
  readonly text: string
}

export interface JsonParseOptions {
  /** Most objects and arrays inside each other, 1 to 1024; default 512. */
  readonly maximumDepth?: number
  /** Most values in the document; default 4 million, which take some hundred megabytes. */
  readonly maximumValues?: number
}

/**
 * Why a text is no document. `error` has the code `json-malformed`, with `position`, `line` and `column` (all from 1),
 * what was `found` and, as `reason`, what was expected. `index` is the same place from 0.
 */
export interface JsonFault {
  readonly ok: false
  readonly error: ErrorShape
  readonly index: number
}

/** A whole document. `remarks` are in the order of the document, at most 1000. */
export type JsonDocument =
  { readonly ok: true; readonly root: JsonNode; readonly remarks: readonly JsonRemark[] } | JsonFault

/**
 * A document that may be cut off. `root` holds what is complete, strings as far as they go; null when not even the
 * first value is there. What is wrong before the end is a fault here too.
 */
export type JsonPrefix =
  | {
      readonly ok: true
      readonly root: JsonNode | null
      readonly truncated: boolean
      readonly remarks: readonly JsonRemark[]
    }
  | JsonFault

/** `compact`: no white space. `pretty`: two spaces a level. `python`: as `json.dumps` of Python writes it. */
export type JsonStyle = 'compact' | 'pretty' | 'python'

/**
 * A step of a path. `element`: `[n]`, from the end when negative. `all`: `[*]`, every element or member.
 * `descendant`: `..name`, members of that name at any depth.
 */
export type JsonPathStep =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'element'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'descendant'; readonly name: string }

/** The steps from the root; none for the root itself (`$`). */
export type JsonPath = readonly JsonPathStep[]

/** What reading a path gives, or an error with the code `json-path-malformed` and the index (from 0) it is at. */
export type ParsedJsonPath = { readonly ok: true; readonly path: JsonPath } | JsonFault

/** A place where a text was found. `start` and `end` enclose the key, or the value, with its quotes. */
export interface JsonMatch extends JsonPlace {
  readonly where: 'key' | 'value'
  /** The value itself, or the value of the key. */
  readonly node: JsonNode
}

/** A key that a schema allows at a place. */
export interface JsonKeySuggestion {
  readonly name: string
  /** Title or description of the schema, empty when it has none. */
  readonly description: string
  /** The schema requires it, or one of its branches does. */
  readonly required: boolean
}

/** A value that a schema names at a place. */
export interface JsonValueSuggestion {
  /** Compact JSON. */
  readonly text: string
  readonly description: string
}

export interface JsonSchemaSuggestions {
  readonly keys: readonly JsonKeySuggestion[]
  readonly values: readonly JsonValueSuggestion[]
}
