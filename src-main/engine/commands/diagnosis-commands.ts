import * as v from 'valibot'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import { tlsSettings } from '../../contract/schemas/tls.ts'
import { Diagnosis, type DiagnosisPorts } from '../diagnosis/diagnosis.ts'
import type { VariableResolver } from '../ports.ts'
import { connectionTarget } from '../sessions/connection-target.ts'

export interface DiagnosisCommandParts {
  readonly ports: DiagnosisPorts
  readonly events: EventHub
  /** Reads the variables if that was not done yet. */
  readonly variables: () => Promise<VariableResolver>
}

/** Answers `diagnosis.*`. */
export function diagnosisCommands({ ports, events, variables }: DiagnosisCommandParts) {
  return {
    'diagnosis.run': async ({ diagnosisId, settings, passphrase, timeoutMs }, { signal }) => {
      const known = await variables()
      const passphraseVariable = settings.tls?.passphraseVariable ?? null
      const kept = passphraseVariable === null ? null : (known.resolve(passphraseVariable)?.text ?? null)
      const diagnosis = new Diagnosis(ports, {
        settings: connectionTarget(settings, known),
        defaultTls: v.parse(tlsSettings, {}),
        passphrase: passphrase ?? kept,
        timeoutMs,
        signal,
        onStep: (step) => events.publish('diagnosis.progress', { diagnosisId, step }),
      })
      return diagnosis.run()
    },
  } satisfies Partial<CommandHandlers>
}
