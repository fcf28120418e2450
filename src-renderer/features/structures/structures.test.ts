import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
})

afterEach(() => {
  cleanup()
})

async function show(): Promise<void> {
  await page.viewport(1280, 900)
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

const dialog = () => page.getByRole('dialog')
const row = (name: string) => page.getByRole('tree', { name: 'Structures' }).getByRole('treeitem', { name })
const field = (name: string) => dialog().getByRole('textbox', { name, exact: true })
/** A field that offers completions. */
const offering = (name: string) => dialog().getByRole('combobox', { name, exact: true })
const total = () => dialog().getByRole('status', { name: 'Size and alignment' })
const saved = () => engine.structures.entries.map(({ definition }) => definition)
const u = (name: string, integer: 'u8' | 'u16' | 'u32' = 'u8') => ({
  name,
  type: { kind: 'integer' as const, integer },
})

function addPoint() {
  return engine.structures.add({ name: 'Point', definition: { name: 'Point', fields: [u('x', 'u16'), u('y', 'u16')] } })
}

/** Offset and size of every line of the table of fields, padding included. */
function places(): readonly string[] {
  const rows = [...document.querySelectorAll('table[aria-label="Fields of the structure"] tbody tr')]
  return rows.flatMap((line) => {
    const cells = [...line.querySelectorAll('td')]
    const numbers = cells.slice(-3, -1).map((cell) => cell.textContent.trim())
    return cells.length < 3 ? [] : [(line.className.includes('padding') ? 'padding ' : '') + numbers.join('+')]
  })
}

async function typeInto(name: string, text: string): Promise<void> {
  await field(name).or(offering(name)).fill(text)
}

it('makes a structure by keyboard, with its places at every moment', async () => {
  await show()
  await page.getByRole('button', { name: 'New structure' }).click()
  await expect.element(field('Name')).toHaveFocus()
  await userEvent.keyboard('Header')
  await dialog().getByRole('button', { name: 'Add field' }).click()
  await userEvent.keyboard('kind')
  await dialog().getByRole('combobox', { name: 'Type of kind' }).selectOptions('u8')
  await field('Name of kind').click()
  await userEvent.keyboard('{Enter}')
  await userEvent.keyboard('length')
  await dialog().getByRole('combobox', { name: 'Type of length' }).selectOptions('u32')
  await field('Name of length').click()
  await userEvent.keyboard('{Enter}')
  await userEvent.keyboard('text')
  await dialog().getByRole('combobox', { name: 'Type of text' }).selectOptions('char')
  await typeInto('Length, base of text', 'length - 2')

  await expect.poll(places).toEqual(['0+1', 'padding 1+3', '4+4', '8+?'])
  await dialog().getByRole('combobox', { name: 'Alignment' }).selectOptions('packed')
  await expect.poll(places).toEqual(['0+1', '1+4', '5+?'])
  await userEvent.keyboard('{Control>}{Enter}{/Control}')

  await expect.element(dialog()).not.toBeInTheDocument()
  await expect.element(row('Header')).toBeVisible()
  expect(saved()).toMatchObject([
    {
      name: 'Header',
      alignment: 'packed',
      fields: [
        { name: 'kind', type: { integer: 'u8' } },
        { name: 'length', type: { integer: 'u32' } },
        { name: 'text', type: { kind: 'char', length: { field: 'length', add: -2 } } },
      ],
    },
  ])
})

it('tells what is wrong at the field, lays out what stands before it, and saves nothing that says nothing', async () => {
  const { id } = addPoint()
  await show()
  await row('Point').dblClick()
  await typeInto('Array of y', '2 apples')

  await expect.element(dialog().getByText('Use a number, the name of an earlier field')).toBeVisible()
  await expect.poll(places).toEqual(['0+2', '?+?'])
  await dialog().getByRole('button', { name: 'Save' }).click()
  await expect.element(offering('Array of y')).toHaveFocus()
  await typeInto('Array of y', 'z')
  await expect.element(dialog().getByText('There is no earlier field z to read a number from.')).toBeVisible()
  await expect.element(dialog().getByRole('button', { name: '1 problem' })).toBeVisible()
  await typeInto('Array of y', '[2][x]')
  await expect.element(dialog().getByRole('button', { name: '1 problem' })).not.toBeInTheDocument()
  await typeInto('Name of x', 'count')
  await field('Name of y').click()
  await expect.element(offering('Array of y')).toHaveValue('2, count')
  await dialog().getByRole('button', { name: 'Save' }).click()

  await expect.element(dialog()).not.toBeInTheDocument()
  expect(engine.structures.entries.find((entry) => entry.id === id)?.definition.fields[1]?.dimensions).toEqual([
    2,
    { field: 'count', add: 0 },
  ])
})

it('moves, copies and removes fields', async () => {
  addPoint()
  await show()
  await row('Point').dblClick()
  await field('Name of y').click()
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
  await expect.element(field('Name of y')).toHaveFocus()
  await dialog().getByRole('button', { name: 'Duplicate of y' }).click()
  await dialog().getByRole('button', { name: 'Remove of x' }).click()
  await dialog().getByRole('button', { name: 'Save' }).click()

  await expect.poll(() => saved()[0]?.fields.map(({ name }) => name)).toEqual(['y', 'y2'])
})

it('overwrites nothing that was changed elsewhere, and asks before changes are lost', async () => {
  const { id } = addPoint()
  await show()
  await row('Point').dblClick()
  await typeInto('Name of x', 'left')
  await userEvent.keyboard('{Escape}')
  await expect.element(dialog().getByRole('button', { name: 'Keep editing' })).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  engine.structures.change(id, { notes: 'Of the other window' })
  await dialog().getByRole('button', { name: 'Save' }).click()

  await expect.element(dialog().getByText('Changed elsewhere meanwhile')).toBeVisible()
  await expect.element(dialog().getByRole('region', { name: 'On disk' })).toHaveTextContent('Of the other window')
  expect(saved()[0]?.fields[0]?.name).toBe('x')
  await dialog().getByRole('button', { name: 'Keep mine' }).click()

  await expect.element(dialog()).not.toBeInTheDocument()
  expect(saved()[0]?.fields[0]?.name).toBe('left')
})

it('refuses the name of another structure at its field', async () => {
  addPoint()
  await show()
  await page.getByRole('button', { name: 'New structure' }).click()
  await userEvent.keyboard('Point')

  await expect.element(dialog().getByText('“Point” of the library has this name.')).toBeVisible()
  await dialog().getByRole('button', { name: 'Save' }).click()
  await expect.element(field('Name')).toHaveFocus()
  expect(saved()).toHaveLength(1)
})

it('imports C declarations, dependencies first, and asks before it replaces', async () => {
  addPoint()
  await show()
  await page.getByRole('button', { name: 'More for structures' }).click()
  await page.getByRole('menuitem', { name: 'Paste C declarations…' }).click()
  const text = dialog().getByRole('textbox', { name: 'C declarations' })
  await text.fill('struct Point { int32_t x, y; };\nstruct Line { struct Point from, to };')
  await expect.element(dialog().getByText('Line 2, column 37')).toBeVisible()
  await text.fill('struct Point { int32_t x, y; };\nstruct Line { struct Point from, to; };')
  await expect.element(dialog().getByText('2 fields, 16 bytes')).toBeVisible()
  await dialog().getByRole('button', { name: 'Import 2 structures' }).click()
  await expect.element(dialog().getByText('Replace Point?')).toBeVisible()
  expect(saved()).toHaveLength(1)
  await dialog().getByRole('button', { name: 'Back' }).click()
  await dialog().getByRole('combobox', { name: 'Point is in the library already' }).selectOptions('rename')
  await dialog().getByRole('textbox', { name: 'New name of Point' }).fill('Point32')
  await dialog().getByRole('button', { name: 'Import 2 structures' }).click()

  await expect.element(row('Line')).toBeVisible()
  expect(saved().map(({ name }) => name)).toEqual(['Point', 'Point32', 'Line'])
  expect(saved()[2]?.fields[0]?.type).toEqual({ kind: 'structure', structure: 'Point32' })
})

it('tries a structure on bytes, and writes values back to bytes', async () => {
  const fields = [u('count'), { ...u('samples', 'u16'), dimensions: [{ field: 'count' }] }]
  engine.structures.add({ name: 'Burst', definition: { name: 'Burst', alignment: 'packed', fields } })
  await show()
  await row('Burst').dblClick()
  await dialog().getByRole('radio', { name: 'Try it' }).click()
  const hex = dialog().getByRole('textbox', { name: 'Bytes as hex' })
  await hex.fill('02 01 00 02 00 ff')
  await expect.element(field('Value of samples')).toHaveValue('1, 2')
  await expect.element(dialog().getByText('5 of 6 bytes used.')).toBeVisible()
  await dialog().getByRole('button', { name: 'Byte 3: 02' }).click()
  const marked = () =>
    [...document.querySelectorAll('.bytes [aria-pressed="true"]')].map((byte) => byte.textContent.trim())
  await expect.poll(marked).toEqual(['01', '00', '02', '00'])
  await field('Value of samples').fill('1, 2, 3')
  await userEvent.keyboard('{Tab}')
  await expect.element(hex).toHaveValue('03 01 00 02 00 03 00 ff')
  await field('Value of count').fill('300')
  await userEvent.keyboard('{Tab}')

  await expect.element(field('Value of count')).toHaveAttribute('aria-invalid', 'true')
  await expect.element(hex).toHaveValue('03 01 00 02 00 03 00 ff')
})

it('chooses what follows by the value of an enum', async () => {
  addPoint()
  await show()
  await page.getByRole('button', { name: 'New structure' }).click()
  await userEvent.keyboard('Message')
  await dialog().getByRole('button', { name: 'Add field' }).click()
  await userEvent.keyboard('kind')
  await dialog().getByRole('radio', { name: 'Enums' }).click()
  await dialog().getByRole('button', { name: 'Add enum' }).click()
  await typeInto('Name of the enum', 'Kind')
  await typeInto('Name 1', 'POINT')
  await typeInto('Value 1', '0x10')
  await dialog().getByRole('radio', { name: 'Fields' }).click()
  await dialog().getByRole('combobox', { name: 'Type of kind' }).selectOptions('enum:Kind')
  await dialog().getByRole('radio', { name: 'What follows' }).click()
  await dialog().getByRole('checkbox', { name: 'Another structure follows' }).click()
  await dialog().getByRole('combobox', { name: 'Structure that follows 1' }).selectOptions('Point')
  await dialog().getByRole('radio', { name: 'Try it' }).click()
  await dialog().getByRole('textbox', { name: 'Bytes as hex' }).fill('10 01 00 02 00')

  await expect.element(field('Value of next.x')).toHaveValue('1')
  await expect.element(total()).toHaveTextContent('1 byte, aligned to 1 byte')
  await dialog().getByRole('button', { name: 'Save' }).click()
  await expect
    .poll(() => saved()[1]?.next)
    .toEqual({
      field: 'kind',
      cases: [{ equals: 'POINT', structure: 'Point' }],
      otherwise: null,
    })
  expect(saved()[1]?.enums).toEqual([{ name: 'Kind', values: [{ name: 'POINT', value: '16' }] }])
})

it('deletes a structure and brings it back', async () => {
  addPoint()
  await show()
  await row('Point').click()
  await userEvent.keyboard('{Delete}')
  await expect.element(page.getByText('No structures yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()

  await expect.element(row('Point')).toBeVisible()
})
