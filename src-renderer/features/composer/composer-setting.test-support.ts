import * as v from 'valibot'
import { render } from 'vitest-browser-svelte'
import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import type { HistoryEntry } from '../../../src-main/contract/schemas/history.ts'
import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import { structureFile, type StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import { SessionState } from '../../state/session-state.svelte.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import { completeConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import { noTlsFacts } from '../../testing/fake-link.ts'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import Composer from './Composer.svelte'
import { ComposerState } from './composer-state.svelte.ts'

const snapshot = (state: SessionSnapshot['state']): SessionSnapshot => ({
  sessionId: 'session-1',
  title: 'Power supply',
  profileId: null,
  captureId: 'capture-1',
  settings: completeConnectionSettings({ host: '127.0.0.1', port: 5025 }),
  state,
  connectionNumber: 1,
  resolvedAddresses: [],
  local: null,
  remote: null,
  resolveMs: null,
  connectMs: null,
  ...noTlsFacts,
  openedAtUnixUs: null,
  counters: { sentBytes: 0, receivedBytes: 0, unsentBytes: 0 },
  ending: null,
  receivePaused: false,
  reading: { mode: 'automatic' },
})

export const header: StructureEntry = {
  ...v.parse(structureFile, {
    schemaVersion: 1,
    id: 'structure-1',
    position: 1,
    name: 'Header',
    definition: {
      name: 'Header',
      alignment: 'packed',
      fields: [
        { name: 'id', type: { kind: 'integer', integer: 'u16' } },
        { name: 'kind', type: { kind: 'enum', enum: 'Kind', integer: 'u8' } },
        { name: 'urgent', type: { kind: 'bool' } },
      ],
      enums: [
        {
          name: 'Kind',
          values: [
            { name: 'start', value: '1' },
            { name: 'stop', value: '2' },
          ],
        },
      ],
    },
  }),
  revision: 'r1',
}

/** What there is when a composer is drawn. */
export interface ComposerSetting {
  readonly state?: SessionSnapshot['state']
  readonly history?: HistoryEntry[]
  readonly variables?: readonly { name: string; value: string | null; secret: boolean; notes: string }[]
  readonly structures?: readonly StructureEntry[]
  readonly framing?: FramingSettings
}

/** Draws a composer in the state described, over a link that answers what a composer asks. */
export async function showComposer({
  state = 'open',
  history = [],
  variables = [],
  structures = [],
  framing,
}: ComposerSetting = {}) {
  const link = new FakeCapture()
  const environments = { environments: [], shared: variables, activeId: null, revision: 'r1', secretsPresent: [] }
  link.answers.set('history.list', () => history)
  link.answers.set('history.add', () => ({}))
  link.answers.set('environment.list', () => environments)
  link.answers.set('structure.library', () => ({ entries: structures, folders: [], problems: [] }))
  link.answers.set('session.message-context', () => ({
    counters: {},
    captured: {},
    nextSequenceId: 7,
    lastSequenceId: 6,
  }))
  link.answers.set('session.connect', () => snapshot('resolving'))
  link.answers.set('session.send-message', () => ({
    composed: { bytes: new Uint8Array(0), contentStart: 0, contentEnd: 0, masked: [], computed: [] },
    unsentBytes: 0,
  }))
  const summary = { captureId: 'capture-1', interpretation: { sent: { framing: framing ?? { kind: 'raw' } } } }
  link.answers.set('capture.list', () => [{ ...summary, startedAtUnixUs: 0, totals: { fileBytes: 0 } }])
  const workbench = new Workbench(link)
  await workbench.captures.start()
  await workbench.structures.start()
  const session = new SessionState(link, workbench.captures, snapshot(state))
  const composer = new ComposerState(link, 'session-1', workbench.structures, { mode: 'text', lineEnding: 'lf' })
  const drawn = await render(Composer, { composer, session, workbench })
  return { link, session, composer, workbench, drawn }
}
