/** What goes to the thread of scripts and comes back: one request, one reply, in order. */
export type ScriptRequest =
  | {
      readonly kind: 'run'
      readonly source: string
      /** As `script-values.ts` writes it. */
      readonly parametersText: string
      readonly count: number
      readonly timeMs: number
    }
  | { readonly kind: 'check'; readonly source: string }

export type ScriptReply =
  /** It returned this value; null for nothing. */
  | { readonly kind: 'returned'; readonly valueText: string | null }
  /** It threw, or called `fail`. */
  | { readonly kind: 'failed'; readonly message: string; readonly extraText: string | null }
  | { readonly kind: 'malformed'; readonly line: number; readonly reason: string }
  | { readonly kind: 'timeout' }
  /** The sandbox is used up: its thread should be ended. */
  | { readonly kind: 'memory' }
  /** The sandbox itself broke: its thread should be ended. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** Of `check`. */
  | { readonly kind: 'readable' }

/** What the thread is made with. */
export interface ScriptThreadData {
  readonly memoryBytes: number
}

export type ScriptThreadMessage =
  { readonly kind: 'ready' } | { readonly kind: 'answered'; readonly reply: ScriptReply }
