import { rawInterpretation, type Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import type { Profile } from '../../../src-main/contract/schemas/profile.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { appliedSentence, interpretationWords as words } from '../../strings/interpretation.ts'

/** Writes how messages are cut and read into a profile, for its sessions to come. Rejects with `profile-conflict`. */
export async function keepInProfile(
  workbench: Workbench,
  profile: Profile,
  interpretation: Interpretation,
): Promise<void> {
  await workbench.profiles.change(profile, { interpretation })
}

/** Shows chunks as they came again, at once; the message offers the way back. How content is read stays. */
export async function backToRaw(workbench: Workbench, captureId: string, before: Interpretation): Promise<void> {
  const { framing } = rawInterpretation.received
  const raw = { ...before, sent: { ...before.sent, framing }, received: { ...before.received, framing } }
  const done = await workbench.attempt(async () => {
    await workbench.captures.interpret(captureId, raw)
    return true
  })
  if (done === null) return
  workbench.toasts.show({
    message: appliedSentence(before, raw, (id) => workbench.structures.find(id)?.name ?? null),
    action: {
      label: words.undo,
      run: () => void workbench.attempt(() => workbench.captures.interpret(captureId, before)),
    },
  })
}
