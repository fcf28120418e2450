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
