import * as v from 'valibot'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import { interpretation, type InterpretationInput } from '../../../src-main/contract/schemas/interpretation.ts'
import { profile } from '../../../src-main/contract/schemas/profile.ts'
import { structureDefinition, type StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import InterpretationDialog from '../interpretation/InterpretationDialog.svelte'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import { TrafficView } from '../traffic/traffic-view.svelte.ts'
import TrafficFrame from './TrafficFrame.test-support.svelte'

let workbench: Workbench
const sent: string[] = []
const edited: string[] = []

beforeEach(async () => {
  sent.length = edited.length = 0
  await page.viewport(1280, 800)
})

afterEach(() => workbench.close())

/** Shows a capture whose messages are cut and read as said. */
async function show(capture: FakeCapture, given: InterpretationInput = {}): Promise<TrafficView> {
  capture.interpretation = v.parse(interpretation, given)
  workbench = new Workbench(capture)
  await Promise.all([workbench.captures.start(), workbench.structures.start()])
  const traffic = new TrafficView(capture, capture.captureId, { view: 'records', following: true })
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  const sending = {
    canSend: true,
    sendAgain: async (bytes: Uint8Array) => void sent.push(text(bytes)),
    editInComposer: (bytes: Uint8Array) => void edited.push(text(bytes)),
  }
  void render(TrafficFrame, { traffic, workbench, sending })
  return traffic
}

const row = (name: string | RegExp) => page.getByRole('grid', { name: 'Traffic' }).getByRole('row', { name })

const labels = (): string[] =>
  [...document.querySelectorAll('[role=grid][aria-label=Traffic] [role=row][data-row]')].map((row) =>
    (row.getAttribute('aria-label') ?? '').replaceAll(/\d\d:\d\d:\d\d\.\d{3} \d{3}/g, 'TIME'),
  )

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const lines = { framing: { kind: 'lf' }, decoder: { kind: 'automatic' } } as const

describe('messages', () => {
  it('are rows of their own, read by their decoder; regions and failures say why', async () => {
    const capture = new FakeCapture()
      .data('sent', 'one\ntwo\n')
      .data('received', bytes(0, 2, 0x7b, 0x7d, 0xff, 0xff, 0, 1))
      .data('received', bytes(0x41, 0, 2, 1, 2))
    await show(capture, {
      sent: lines,
      received: {
        framing: { kind: 'length-prefix', field: 'u16be', maximumFrameBytes: 100 },
        decoder: { kind: 'json' },
      },
    })
    await vi.waitFor(() => expect(labels().length).toBeGreaterThan(4))
    expect(labels()).toEqual([
      'Sent, 3 bytes, TIME, one',
      'Sent, 3 bytes, TIME, two',
      'Received, 2 bytes, TIME, {}',
      expect.stringMatching(/^Received, 2 bytes, TIME, The length field says 65535.* FF FF$/),
      expect.stringMatching(/^Received, 1 byte, TIME, .*JSON.* 41$/),
      expect.stringMatching(/^Received, 2 bytes, TIME, .*JSON.* 01 02$/),
    ])
  })

  it('form anew at once when the framing changes, in every window, and go back to raw in one press', async () => {
    const capture = new FakeCapture().data('received', 'a\nb\n')
    await show(capture)
    await vi.waitFor(() => expect(labels()).toEqual(['Received, 4 bytes, TIME, a LF b LF ']))
    await workbench.captures.interpret(capture.captureId, { received: lines })
    await vi.waitFor(() => expect(labels()).toEqual(['Received, 1 byte, TIME, a', 'Received, 1 byte, TIME, b']))
    await page.getByRole('button', { name: 'Back to raw chunks' }).click()
    await vi.waitFor(() => expect(labels()).toEqual(['Received, 4 bytes, TIME, a LF b LF ']))
  })

  it('are copied without their framing; sent again and edited with it, as they stand in the stream', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await show(new FakeCapture().data('received', 'first\nsecond\n'), { received: lines })
    for (const name of ['Send again', 'Edit in composer', 'Copy as hex']) {
      await row('second').click({ button: 'right' })
      await page.getByRole('menuitem', { name }).click()
    }
    await vi.waitFor(() => expect(write).toHaveBeenCalledWith('73 65 63 6F 6E 64'))
    expect([sent, edited]).toEqual([['second\n'], ['second\n']])
    write.mockRestore()
  })

  it('stay selected from the timeline to the stream and back', async () => {
    const traffic = await show(new FakeCapture().data('received', 'zero, sixteen long\none, the second one\ntwo\n'), {
      received: lines,
    })
    await row('one').click()
    await page.getByRole('radio', { name: 'Stream' }).click()
    await vi.waitFor(() => expect(traffic.drawnView).toBe('stream'))
    await page.getByRole('radio', { name: 'Timeline' }).click()
    await vi.waitFor(() => expect([traffic.drawnView, traffic.inspected?.message?.number]).toEqual(['messages', 1]))
  })
})

describe('the toolbar of the traffic', () => {
  it.each([720, 552, 372])(
    'leaves the framing its room and moves nothing when rows come, beside an inspector of %i px',
    async (inspectorWidthPx) => {
      const capture = new FakeCapture()
      for (let line = 0; line < 200; line++) capture.data('received', bytes(0, 2, 0x41, 0x42))
      const traffic = await show(capture, {
        sent: { framing: { kind: 'length-prefix', field: 'u16be' } },
        received: { framing: { kind: 'length-prefix', field: 'u16be' } },
      })
      workbench.settings.change({ inspectorWidthPx })
      await vi.waitFor(() => expect(labels().length).toBeGreaterThan(4))
      const grid = page.getByRole('grid', { name: 'Traffic' }).element()
      grid.scrollTop -= 400
      await vi.waitFor(() => expect(traffic.rows.following).toBe(false))
      const toolbar = page.getByRole('radio', { name: 'Timeline' }).element().closest('.toolbar')
      const places = (): readonly number[] =>
        [...(toolbar?.querySelectorAll('button') ?? [])].map((button) =>
          Math.round(button.getBoundingClientRect().left),
        )
      const before = places()
      for (let line = 0; line < 2000; line++) capture.data('received', bytes(0, 1, 0x42))
      capture.grow()
      await expect.element(page.getByRole('button', { name: '2,000 new rows below' })).toBeInViewport()
      expect(places()).toEqual(before)
      const words = page.getByRole('button', { name: 'Framing: u16be length' }).element().querySelector('.words')
      expect(words?.scrollWidth).toBeLessThanOrEqual(words?.clientWidth ?? 0)
      expect(toolbar?.scrollWidth).toBe(toolbar?.clientWidth)
    },
  )
})

describe('the framing editor', () => {
  const dialog = () => page.getByRole('dialog', { name: 'Framing and decoding' })

  it('offers what fits the data, previews it while typing, and applies it', async () => {
    const capture = new FakeCapture().data('received', '{"id":"a"}\r\n{"id":"b"}\r\n')
    await show(capture)
    await page.getByRole('button', { name: 'Framing: Raw chunks' }).click()
    await dialog().getByRole('button', { name: 'Use JSON lines' }).click()
    const preview = dialog().getByRole('region', { name: 'Preview of the first messages' })
    await expect.element(preview.getByRole('row', { name: /Received 10 \{"id": "b"\}/ })).toBeVisible()
    await dialog().getByRole('button', { name: 'Apply' }).click()
    await vi.waitFor(() => expect(labels()).toHaveLength(2))
    expect(capture.interpretation.sent.framing.kind).toBe('json-lines')
  })

  it('keeps every choice about applying in sight beside the button, whatever the fields need', async () => {
    const capture = new FakeCapture().data('received', 'abc')
    workbench = new Workbench(capture)
    void render(InterpretationDialog, {
      workbench,
      captureId: capture.captureId,
      interpretation: v.parse(interpretation, {
        sent: lines,
        received: { framing: { kind: 'length-prefix', field: 'u16be' } },
      }),
      profile: v.parse(profile, {
        schemaVersion: 1,
        id: 'p1',
        position: 1,
        revision: 'r1',
        name: `A peer with ${'a long name '.repeat(8)}`.trim(),
        connection: { host: 'peer.lab', port: 5025 },
      }),
      onclosed: () => undefined,
    })
    const keep = dialog().getByRole('checkbox', { name: /^Keep it in the profile A peer/ })
    await expect.element(keep).toBeInViewport({ ratio: 0.95 })
    await expect.element(dialog().getByRole('button', { name: 'Apply' })).toBeInViewport({ ratio: 0.95 })
    await keep.click()
    await expect.element(keep).toBeChecked()
  })

  it('says at the field what is wrong and applies nothing', async () => {
    const capture = new FakeCapture().data('received', 'abc')
    await show(capture)
    await page.getByRole('button', { name: 'Framing: Raw chunks' }).click()
    await dialog().getByRole('combobox', { name: 'Framing' }).selectOptions('Fixed size')
    await dialog().getByRole('textbox', { name: 'Size of a message' }).fill('0')
    await expect.element(dialog().getByText('The size must be at least 1.')).toBeVisible()
    await dialog().getByRole('button', { name: 'Apply' }).click()
    await expect.element(dialog()).toBeVisible()
    expect(capture.interpretation.received.framing.kind).toBe('raw')
  })

  it('keeps the directions apart when asked to', async () => {
    const capture = new FakeCapture().data('sent', 'ab').data('received', 'cd')
    await show(capture)
    await page.getByRole('button', { name: 'Framing: Raw chunks' }).click()
    await dialog().getByRole('checkbox', { name: 'Different for each direction' }).click()
    await dialog().getByRole('radio', { name: 'Sent' }).click()
    await dialog().getByRole('combobox', { name: 'Start from' }).selectOptions('Modbus TCP')
    await dialog().getByRole('combobox', { name: 'Read as' }).selectOptions('Hex')
    await dialog().getByRole('button', { name: 'Apply' }).click()
    await expect.element(page.getByRole('button', { name: 'Framing: ↑ u16be length at 4, ↓ Raw chunks' })).toBeVisible()
    expect(capture.interpretation).toMatchObject({
      sent: { framing: { bytesBeforeField: 4 }, decoder: { kind: 'hex' } },
      received: { framing: { kind: 'raw' }, decoder: { kind: 'automatic' } },
    })
  })

  it('shows why the engine refused', async () => {
    const capture = new FakeCapture().data('received', 'abc')
    await show(capture)
    capture.answers.set('capture.interpret', () => {
      throw new WirebenchError('capture-not-found')
    })
    await page.getByRole('button', { name: 'Framing: Raw chunks' }).click()
    await dialog().getByRole('button', { name: 'Apply' }).click()
    await expect.element(dialog().getByText(describeError('capture-not-found').message)).toBeVisible()
  })
})

describe('the inspector of a message', () => {
  const tree = () => page.getByRole('tree', { name: 'Decoded message' })

  it('shows JSON exactly, walks it by key, finds and copies', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await show(new FakeCapture().data('received', '{"a":{"big":9007199254740993},"b":[true]}\n'), { received: lines })
    await row(/big/).click()
    await expect.element(tree()).toBeVisible()
    ;(tree().element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}{ArrowRight}')
    await expect
      .element(tree().getByRole('treeitem', { name: /^big 9007199254740993/ }))
      .toHaveAttribute('aria-selected', 'true')
    await userEvent.keyboard('{Control>}{Shift>}c{/Shift}{/Control}')
    await vi.waitFor(() => expect(write).toHaveBeenCalledWith('$.a.big'))
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}')
    await expect.element(tree().getByRole('treeitem', { name: /^a / })).toHaveAttribute('aria-expanded', 'false')
    await page.getByRole('searchbox', { name: 'Search in the message' }).fill('TRUE')
    await expect.element(page.getByText('1 of 1')).toBeVisible()
    await expect.element(tree().getByRole('treeitem', { name: /^\[0\] true/ })).toHaveAttribute('aria-selected', 'true')
    write.mockRestore()
  })

  it('marks the bytes of a field, and the field of a byte', async () => {
    const definition = v.parse(structureDefinition, {
      name: 'Header',
      byteOrder: 'big',
      fields: [
        { name: 'id', type: { kind: 'integer', integer: 'u16' } },
        { name: 'value', type: { kind: 'integer', integer: 'u16' } },
      ],
    })
    const capture = new FakeCapture().data('received', bytes(4, 0, 1, 0x12, 0x34))
    const entry = {
      schemaVersion: 1,
      id: 's1',
      position: 1,
      revision: 'r1',
      name: 'Header',
      folder: '',
      notes: '',
      tags: [],
      definition,
    }
    capture.structures = [entry as StructureEntry]
    await show(capture, {
      received: {
        framing: { kind: 'length-prefix', field: 'u8' },
        decoder: { kind: 'structure', structureId: 's1' },
      },
    })
    await row(/id=1 value=4660/).click()
    const table = page.getByRole('treegrid', { name: 'Decoded message' })
    await expect.element(table.getByRole('row', { name: 'Name Type Offset Size Value' })).toBeVisible()
    await expect.element(table.getByRole('row', { name: 'value u16 2 2 4660' })).toBeVisible()
    await table.getByRole('row', { name: /^value/ }).click()
    await expect.element(page.getByText('At byte 3')).toBeVisible()
    await expect.element(page.getByText('2 bytes selected')).toBeVisible()
    const dump = page.getByRole('grid', { name: 'Bytes of the selected message' })
    ;(dump.element() as HTMLElement).focus()
    await userEvent.keyboard('{Home}{ArrowRight}')
    await expect.element(table.getByRole('row', { name: /^id/ })).toHaveAttribute('aria-selected', 'true')
    const pointed = () => [...(CSS.highlights.get('pointed-bytes') ?? [])].map(String)
    await table.getByRole('row', { name: /^value/ }).hover()
    await vi.waitFor(() => expect(pointed()).toContain('12 34'))
    await dump.getByText('04 00 01 12 34').hover({ position: { x: 40, y: 8 } })
    await vi.waitFor(() => expect(pointed()).toContain('00 01'))
    await userEvent.hover(page.getByRole('radio', { name: 'Timeline' }))
    await vi.waitFor(() => expect(pointed()).toEqual([]))
    await expect.element(page.getByRole('button', { name: 'Read as Structure Header' })).toBeVisible()
    await expect.element(page.getByRole('button', { name: /read as ↑ Automatic, ↓ Structure Header$/ })).toBeVisible()
    await vi.waitFor(() => expect(CSS.highlights.get('framing-bytes')?.size).toBe(2))
  })

  it('says what is to be remarked behind the values', async () => {
    const capture = new FakeCapture().data('received', bytes(3, 0x07, 0xaa, 0xbb))
    await show(capture, { received: { framing: { kind: 'length-prefix', field: 'u8' }, decoder: { kind: 'msgpack' } } })
    await vi.waitFor(() => expect(labels()).toHaveLength(1))
    expect(labels()).toEqual(['Received, 3 bytes, TIME, 7  2 bytes follow the value and belong to none.'])
  })

  it('reads large messages in part, says so, and reads on', async () => {
    const capture = new FakeCapture().data('received', new Uint8Array(1_420_000).fill(0x41))
    const framing = { kind: 'fixed', frameBytes: 1_420_000 } as const
    await show(capture, { received: { framing, decoder: { kind: 'hex' } } })
    await row(/Received/).click()
    await expect.element(page.getByText('The first 1.05 MB of 1.42 MB were read.')).toBeVisible()
    await page.getByRole('button', { name: 'Read more' }).click()
    await expect.element(page.getByRole('button', { name: 'Read more' })).not.toBeInTheDocument()
  })

  it('shows escaped content without its escapes, and the frame when asked', async () => {
    const capture = new FakeCapture().data('received', bytes(0x41, 0xdb, 0xdc, 0x42, 0xc0))
    await show(capture, { received: { framing: { kind: 'slip' }, decoder: { kind: 'hex' } } })
    await row(/41 C0 42/).click()
    const dump = page.getByRole('grid', { name: 'Bytes of the selected message' })
    await expect.element(dump.getByText('41 C0 42')).toBeVisible()
    await page.getByRole('checkbox', { name: 'Show the frame with its escapes' }).click()
    await expect.element(dump.getByText('41 DB DC 42 C0')).toBeVisible()
  })

  it('reads raw chunks by a decoder that was chosen', async () => {
    const capture = new FakeCapture().data('received', bytes(0x41, 0xe9))
    await show(capture, { received: { framing: { kind: 'raw' }, decoder: { kind: 'text', encoding: 'windows-1252' } } })
    await vi.waitFor(() => expect(labels()).toEqual(['Received, 2 bytes, TIME, Aé']))
  })

  it('changes how the messages of a direction are read', async () => {
    const capture = new FakeCapture().data('received', 'plain\n')
    await show(capture, { received: lines })
    await row('plain').click()
    await page.getByRole('button', { name: 'Read as Automatic' }).click()
    await page.getByRole('menuitem', { name: 'Hex' }).click()
    await vi.waitFor(() => expect(labels()).toEqual(['Received, 5 bytes, TIME, 70 6C 61 69 6E']))
    expect(capture.interpretation.sent.decoder.kind).toBe('automatic')
  })
})
