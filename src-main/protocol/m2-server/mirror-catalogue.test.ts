import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { callRequest, type CatalogueCommand } from '../../contract/schemas/call-settings.ts'
import { learnCommand } from '../command-rpc/catalogue/learn-command.ts'
import { encodeM2, m2PartsOf } from '../command-rpc/m2/m2-request.ts'
import { readCallDraft } from '../command-rpc/parameters/read-call-draft.ts'
import { mirrorCatalogue } from './mirror-catalogue.ts'
import { mirrorCommandNames } from './mirror-commands.ts'
import { ack, fail, M2Exchange, success } from './testing/m2-exchange.ts'

type Included = (parameter: CatalogueCommand['parameters'][number]) => boolean

/** What the server answers to a call of the command from its form, with the parameters that are chosen. */
function answers(exchange: M2Exchange, command: CatalogueCommand, included: Included): string[] {
  const parameters = command.parameters.filter(included)
  const request = v.parse(callRequest, { command: command.name, parameters: { notation: 'form', parameters } })
  return exchange.line(encodeM2(m2PartsOf(readCallDraft(request, 'm2')), 9).text)
}

/** Calls each command in a mirror of its own as it stands in the catalogue. Names those that fail. */
function failing(open: () => M2Exchange): string[] {
  return mirrorCatalogue.commands
    .filter((command) => {
      const lines = answers(open(), command, ({ isIncluded }) => isIncluded)
      expect(lines[0], command.name).toBe(ack(9))
      expect(
        lines.filter((line) => line.startsWith('problem')),
        command.name,
      ).toEqual([])
      const ends = lines.filter((line) => line === success(9) || line === fail(9))
      expect(ends, command.name).toHaveLength(1)
      return ends[0] === fail(9)
    })
    .map(({ name }) => name)
}

test('names the commands of the server, each once and with notes', () => {
  expect(mirrorCatalogue.commands.map(({ name }) => name).toSorted()).toEqual(mirrorCommandNames.toSorted())
  expect(mirrorCatalogue.commands.filter(({ notes }) => notes === '')).toEqual([])
})

describe('what the catalogue sends has no wrong parameter, and fails only where the mirror is not in the state for it', () => {
  test('without power', () => {
    expect(failing(() => new M2Exchange())).toEqual([
      'resetBreakers',
      'switchForceBalanceSystem',
      'setInnerLoopControlMode',
      'getInnerLoopControlMode',
      'positionMirror',
    ])
  })

  test('with power', () => {
    expect(failing(() => new M2Exchange().powered())).toEqual(['positionMirror'])
  })

  test('in closed loop', () => {
    expect(failing(() => new M2Exchange().closed())).toEqual(['enableOpenLoopMaxLimit', 'moveActuators'])
  })
})

test('a required parameter that is left out is missed by the server', () => {
  for (const command of mirrorCatalogue.commands) {
    for (const { name } of command.parameters.filter(({ required }) => required)) {
      const lines = answers(new M2Exchange().powered(), command, (parameter) => parameter.name !== name)
      expect(lines.find((line) => line.startsWith('problem'))).toContain(`Parameter ${name} is missing.`)
      expect(lines.at(-1)).toBe(fail(9))
    }
  }
})

test('a call teaches it values, and leaves notes and what is required', () => {
  const request = v.parse(callRequest, {
    command: 'moveActuators',
    parameters: { notation: 'json', text: '{"actuatorCommand": 2}' },
  })
  const learnt = learnCommand(mirrorCatalogue, request, readCallDraft(request, 'm2'), 'm2')
  const before = mirrorCatalogue.commands.find(({ name }) => name === 'moveActuators')
  expect(learnt.commands).toHaveLength(mirrorCommandNames.length)
  expect(learnt.commands.find(({ name }) => name === 'moveActuators')).toEqual({
    ...before,
    parameters: before?.parameters.map((parameter) =>
      parameter.required ? { ...parameter, value: '2' } : { ...parameter, isIncluded: false },
    ),
  })
})
