import * as v from 'valibot'
import { completeConnectionSettings } from '../../../../src-main/contract/schemas/connection.ts'
import { profileCalls } from '../../../../src-main/contract/schemas/call-settings.ts'
import { clientPresets } from './client-presets.ts'
import { expect, it } from 'vitest'
import { ConnectionDraft } from './connection-draft.svelte.ts'

function draftWith(host: string, port: string): ConnectionDraft {
  const draft = new ConnectionDraft({ folder: '' })
  draft.address.host = host
  draft.address.port = port
  return draft
}

it('takes variables as host and port, and names the connection after them', () => {
  expect(draftWith('{{rack}}', ' {{port}} ').submit()).toMatchObject({
    name: '{{rack}}:{{port}}',
    connection: { host: '{{rack}}', port: '{{port}}' },
  })
  expect(draftWith('tcp://{{rack}}:{{port}}/', '').submit()?.connection).toMatchObject({
    host: '{{rack}}',
    port: '{{port}}',
  })
})

it('says at the field what is wrong with a placeholder', () => {
  const codes = [
    ['{{rack', '7'],
    ['a', '{{port'],
    ['a', '{{$uuid}}'],
    ['a', 'port'],
  ].map(([host = '', port = '']) => {
    const { errors } = draftWith(host, port)
    return [errors['address.host']?.code, errors['address.port']?.code]
  })
  expect(codes).toEqual([
    ['placeholder-malformed', undefined],
    [undefined, 'placeholder-malformed'],
    [undefined, 'placeholder-malformed'],
    [undefined, 'port-malformed'],
  ])
})

it('says how calls are made: by a known client or by hand, with the commands of the profile left as they are', () => {
  const draft = new ConnectionDraft({ folder: '' })
  const preset = clientPresets.find(({ name }) => name === 'ts_tcpip, M2')
  if (preset === undefined) throw new Error('There is no M2 client.')
  draft.usePreset(preset)
  expect(draft.submit()?.calls?.settings).toMatchObject({ protocol: 'm2', telemetryPort: 50_001 })
  draft.calls.telemetryPort = '50000'
  expect([draft.submit(), draft.firstWrongSection]).toEqual([null, 'calls'])
  expect(draft.shownError('calls.telemetryPort')?.code).toBe('telemetry-port-same')
  draft.takePresetBack()
  draft.address = { ...draft.address, host: 'a', port: '1' }
  expect(draft.submit()?.calls).toBeNull()

  const calls = v.parse(profileCalls, { settings: { protocol: 'tcpy' }, catalogue: { commands: [{ name: 'add' }] } })
  const given = { name: 'a', connection: completeConnectionSettings({ host: 'a', port: 1 }), calls }
  const kept = new ConnectionDraft({ folder: '', given })
  expect([kept.submit()?.calls, kept.lostCommands]).toEqual([calls, 0])
  kept.calls.protocol = 'off'
  expect([kept.submit()?.calls, kept.lostCommands]).toEqual([null, 1])
  kept.calls.protocol = 'tcpy'
  expect([kept.submit()?.calls, kept.lostCommands]).toEqual([calls, 0])
})
