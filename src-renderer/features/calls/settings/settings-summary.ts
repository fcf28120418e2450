import type { CallSettings } from '../../../../src-main/contract/schemas/call-settings.ts'
import { formatWait } from '../../../format/times.ts'
import { callSettingsWords as words } from '../../../strings/call-settings.ts'
import { callFormWords } from '../../../strings/calls.ts'

/** The settings in a few words: `tcpy, one for every call`, `M2, telemetry on 50001`, `JSON-RPC, one document a line`. */
export function settingsSummary(settings: CallSettings): string {
  const name = words.names[settings.protocol]
  return `${name}, ${detailOf(settings).toLowerCase()}`
}

function detailOf(settings: CallSettings): string {
  switch (settings.protocol) {
    case 'tcpy':
      return labelOf(words.modes, settings.mode)
    case 'm2':
      return settings.telemetryPort === null ? words.noTelemetry : words.telemetryOn(settings.telemetryPort)
    case 'jsonrpc':
      return labelOf(words.framings, settings.framing)
  }
}

/** How long calls wait by the settings: `10 s`, `without end`. */
export function waitOfSettings({ timeoutMs }: CallSettings): string {
  return timeoutMs === null ? callFormWords.withoutEnd : formatWait(timeoutMs)
}

function labelOf(choices: readonly { readonly value: string; readonly label: string }[], value: string): string {
  return choices.find((choice) => choice.value === value)?.label ?? value
}
