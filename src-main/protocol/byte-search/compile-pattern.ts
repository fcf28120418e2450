import type { ErrorShape } from '../../contract/errors.ts'
import type { BytePattern } from '../../contract/schemas/capture-filter.ts'
import { parseByteExpression } from '../sequence/byte-regular-expression.ts'
import { ExpressionScan } from './expression-scan.ts'
import { FixedPattern } from './fixed-pattern.ts'
import { FixedScan } from './fixed-scan.ts'
import { parseHexWithWildcards } from './hex-with-wildcards.ts'
import type { OnPatternMatch, PatternScan, SearchTools } from './pattern-scan.ts'
import { encodeTextPattern } from './text-pattern.ts'

/** A pattern that is ready to be looked for, any number of times. */
export interface CompiledPattern {
  /** How quick it is looked for: by a few bytes of it, by leaps over bytes, or by an expression. */
  readonly pace: 'probe' | 'leaps' | 'expression'
  readonly newScan: (onMatch: OnPatternMatch) => PatternScan
}

export type CompileResult =
  { readonly ok: true; readonly pattern: CompiledPattern } | { readonly ok: false; readonly error: ErrorShape }

/**
 * Reads what is looked for. In an expression `^` and `$` stand for the borders of lines, `.` for everything but line ends; a
 * character beyond ASCII stands for its bytes in UTF-8. Errors: `pattern-malformed` with the reason, `encoding-unknown`,
 * `text-not-encodable`.
 */
export function compilePattern(pattern: BytePattern, tools: SearchTools): CompileResult {
  switch (pattern.kind) {
    case 'text': {
      const encoded = encodeTextPattern(pattern.text, pattern.encoding, pattern.ignoresCase)
      if (!encoded.ok) return encoded
      const masks = new Uint8Array(encoded.bytes.length).fill(0xff)
      const values = encoded.bytes.slice()
      for (const { at, forms } of encoded.choices) {
        const end = at + (forms[0]?.length ?? 0)
        masks.fill(0, at, end)
        values.fill(0, at, end)
      }
      return fixed(new FixedPattern({ values, masks, choices: encoded.choices }, tools.findBytes))
    }
    case 'hex': {
      const parsed = parseHexWithWildcards(pattern.hex)
      if (!parsed.ok) return parsed
      const { values, masks } = parsed
      return fixed(new FixedPattern({ values, masks, choices: [] }, tools.findBytes))
    }
    case 'expression': {
      const parsed = parseByteExpression(pattern.source, pattern.ignoresCase)
      if (!parsed.ok) return parsed
      const { source, flags } = parsed.expression
      const expression = new RegExp(source, `${flags}gm`)
      return {
        ok: true,
        pattern: { pace: 'expression', newScan: (onMatch) => new ExpressionScan(expression, tools, onMatch) },
      }
    }
  }
}

function fixed(pattern: FixedPattern): CompileResult {
  return { ok: true, pattern: { pace: pattern.pace, newScan: (onMatch) => new FixedScan(pattern, onMatch) } }
}
