import type { MessageContent } from '../../../contract/schemas/message.ts'
import { decodeStructure } from '../../struct/decode-structure.ts'
import type { StructureNode } from '../../struct/decoded-structure.ts'
import { encodeStructure } from '../../struct/encode-structure.ts'
import type { ComposeScope } from '../compose-scope.ts'
import { ComposeStop } from '../compose-stop.ts'
import type { KnownStructure, ByteSpan } from '../composition.ts'
import { expandText, type ExpandedText, type ValueNotation } from '../expand-text.ts'
import { type ContentBytes, maskedAsAWhole } from './content-bytes.ts'

/** Texts of fields are read for escapes; what stands for a placeholder is not. */
const escapingNotation: ValueNotation = {
  pass: () => undefined,
  write: (value) => value.replaceAll('\\', '\\\\'),
}

/** A structure of the library with its values as typed, placeholders filled in before they are read. */
export function structureContent(
  { structureId, values }: Extract<MessageContent, { mode: 'structure' }>,
  scope: ComposeScope,
): ContentBytes {
  const known = structureId === '' ? null : scope.context.structure(structureId)
  if (known === null) throw ComposeStop.of('structure-not-found', { structureId }, { part: 'structure' })
  const expanded = new Map<string, ExpandedText>()
  for (const [path, text] of Object.entries(values)) {
    expanded.set(path, expandText(text, scope, { part: 'value', path }, escapingNotation))
  }
  const texts = Object.fromEntries([...expanded].map(([path, { text }]) => [path, text]))
  const encoded = encodeStructure(known.definition, known.library, texts)
  if (!encoded.ok) {
    const { path } = encoded.error.data
    if (typeof path !== 'string' || encoded.error.code !== 'structure-value-malformed') {
      throw new ComposeStop(encoded.error, { part: 'structure' })
    }
    const reason = 'The value of a secret does not fit this field.'
    if (mayTellSecret(expanded, path, encoded.error.data.reason))
      throw ComposeStop.of('structure-value-malformed', { path, reason }, { part: 'value', path })
    throw new ComposeStop(encoded.error, { part: 'value', path })
  }
  const secrets = [...expanded].filter(([, { hasSecrets }]) => hasSecrets).map(([path]) => path)
  const masked = secretSpans(known, encoded.bytes, secrets)
  return masked === null ? maskedAsAWhole(encoded.bytes, true) : { bytes: encoded.bytes, masked }
}

/** True for what is said of a value with a secret in it, or of an element that was given with others, or repeats it. */
function mayTellSecret(expanded: ReadonlyMap<string, ExpandedText>, path: string, reason: unknown): boolean {
  return [...expanded].some(([given, { hasSecrets, text }]) => {
    if (!hasSecrets) return false
    return path === given || path.startsWith(`${given}[`) || String(reason).includes(text.trim())
  })
}

/** Where the values of these paths stand; null when one of them cannot be found. */
function secretSpans({ definition, library }: KnownStructure, bytes: Uint8Array, paths: readonly string[]) {
  if (paths.length === 0) return []
  const result = decodeStructure(definition, library, bytes)
  if (!result.ok) return null
  const places = new Map<string, ByteSpan>()
  const visit = ({ path, offset, size, children }: StructureNode): void => {
    if (path !== '') places.set(path, { start: offset, end: offset + size })
    children.forEach(visit)
  }
  visit(result.decoded.root)
  const spans = paths.map((path) => places.get(path))
  return spans.every((span) => span !== undefined) ? spans : null
}
