import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { DecoderSettings, Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { decoderName, interpretationWords } from '../../strings/interpretation.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'

const simple: readonly DecoderSettings[] = [
  { kind: 'automatic' },
  { kind: 'text', encoding: 'utf-8' },
  { kind: 'text', encoding: 'latin-1' },
  { kind: 'hex' },
  { kind: 'json' },
  { kind: 'msgpack' },
  { kind: 'tcpy' },
  { kind: 'm2' },
]

/** How the messages of a direction are read, as a menu. Choosing one changes it for all messages of the direction. */
export function decoderEntries(
  workbench: Workbench,
  captureId: string,
  direction: Direction,
  interpretation: Interpretation,
  openEditor: () => void,
): readonly MenuEntry[] {
  const present = interpretation[direction].decoder
  const entry = (decoder: DecoderSettings, label: string): MenuEntry => ({
    label,
    checked: JSON.stringify(decoder) === JSON.stringify(present),
    run: () =>
      void workbench.attempt(() =>
        workbench.captures.interpret(captureId, {
          ...interpretation,
          [direction]: { ...interpretation[direction], decoder },
        }),
      ),
  })
  const nameOf = (structureId: string): string | null => workbench.structures.find(structureId)?.name ?? null
  const named = (decoder: DecoderSettings): MenuEntry => entry(decoder, decoderName(decoder, nameOf))
  const structures = workbench.structures.entries.map(({ id }) => named({ kind: 'structure', structureId: id }))
  return [
    ...simple.map(named),
    ...(structures.length > 0 ? (['separator'] as const) : []),
    ...structures,
    'separator',
    { label: interpretationWords.open, run: openEditor },
  ]
}
