import { cleanup } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import type { ServerDefinitionInput } from '../../../src-main/contract/schemas/server.ts'
import { chooseFile } from '../../testing/choose-file.ts'
import '../../theme/base.css'
import { button, checkbox, combobox, menuItem, ServerWindow, textbox } from './servers.test-support.ts'

let window: ServerWindow

beforeEach(() => {
  window = new ServerWindow()
})
afterEach(() => cleanup())

const options = (name: string) => page.getByRole('listbox', { name }).getByRole('option')
const texts = (name: string): string[] =>
  options(name)
    .elements()
    .map((element) => element.textContent.replaceAll(/\s+/g, ' ').trim())

async function showServer(
  definition: Partial<ServerDefinitionInput>,
  view: 'Commands' | 'Rules' | 'Faults',
): Promise<string> {
  const server = window.engine.servers.add({ kind: 'command', name: 'Table', port: 7272, ...definition }, 'listening')
  await window.show()
  await window.open('Table', view)
  return server.serverId
}

const reply = (name: string) => ({ name, action: { kind: 'reply' as const, template: `{"name": "${name}"}` } })
const names = () => window.applied?.table.commands.map(({ name }) => name)

describe('the table of commands', () => {
  it('is edited while the server runs, and applied at once', async () => {
    await showServer({ table: { commands: [reply('first'), reply('second')] } }, 'Commands')
    await options('Commands').nth(1).click()
    await textbox('Name').fill('renamed')
    await textbox('Delay').fill('250')
    await button('Add parameter').click()
    await userEvent.keyboard('x')
    await button('Add parameter').click()
    await userEvent.keyboard('y')
    await checkbox('Parameter 2 is required').click()
    await checkbox('Accepts other parameters besides').click()
    await textbox('Reply').fill('{"sum": {{x}}}')
    await checkbox('Exactly this, without “success”').click()
    await expect.element(page.getByText('Not applied yet: commands')).toBeVisible()
    await window.apply()
    expect(window.applied?.table.commands[1]).toEqual({
      name: 'renamed',
      notes: '',
      parameters: [
        { name: 'x', required: true },
        { name: 'y', required: false },
      ],
      acceptsOthers: true,
      delayMs: 250,
      action: { kind: 'reply', template: '{"sum": {{x}}}', raw: true },
    })
    await expect.element(page.getByText('Applied to “Table”, for all clients at once.')).toBeVisible()
    expect(button('Apply').query()).toBeNull()
  })

  it('has errors, conversations and scripts; what was written for another action stays', async () => {
    await showServer({ table: { commands: [reply('one')] } }, 'Commands')
    await page.getByRole('radio', { name: 'Error' }).click()
    await textbox('Message').fill('no {{x}}')
    await page.getByRole('radio', { name: 'Conversation' }).click()
    for (const kind of ['Send', 'Wait for a message', 'Pause', 'Close the connection']) {
      await button('Add turn').click()
      await menuItem(kind).click()
    }
    await textbox('What turn 1 sends').fill('{"say": 1}')
    await textbox('Keys it must have').fill('name, age')
    await textbox('At most').fill('500')
    await button('Move turn 3 up').click()
    await button('Delete turn 4').click()
    await window.apply()
    expect(window.applied?.table.commands[0]?.action).toEqual({
      kind: 'steps',
      steps: [
        { kind: 'send', template: '{"say": 1}' },
        { kind: 'delay', delayMs: 100 },
        { kind: 'expect', requiredKeys: ['name', 'age'], timeoutMs: 500 },
      ],
      template: '{"name": "one"}',
    })
    await page.getByRole('radio', { name: 'Script' }).click()
    await textbox('Script').fill('return 7')
    await textbox('Time').fill('50')
    await textbox('Memory').fill('8')
    await window.apply()
    expect(window.applied?.table).toMatchObject({
      commands: [{ action: { kind: 'script', source: 'return 7' } }],
      scriptLimits: { timeMs: 50, memoryBytes: 8 * 1024 * 1024 },
    })
    await page.getByRole('radio', { name: 'Error' }).click()
    await expect.element(textbox('Message')).toHaveValue('no {{x}}')
  })

  it('is ordered, duplicated and deleted by keyboard, with a way back', async () => {
    await showServer({ table: { commands: ['a', 'b', 'c'].map(reply) } }, 'Commands')
    await options('Commands').nth(0).click()
    page.getByRole('listbox', { name: 'Commands' }).element().focus()
    await userEvent.keyboard('{Alt>}{ArrowDown}{ArrowDown}{/Alt}')
    expect(texts('Commands')).toEqual(['b reply', 'c reply', 'a reply'])
    await userEvent.keyboard('{ArrowUp}{Control>}d{/Control}')
    await expect.element(textbox('Name')).toHaveValue('c 2')
    page.getByRole('listbox', { name: 'Commands' }).element().focus()
    await userEvent.keyboard('{ArrowUp}{Delete}')
    expect(texts('Commands')).toEqual(['b reply', 'c 2 reply', 'a reply'])
    await button('Undo').click()
    await window.apply()
    expect(names()).toEqual(['b', 'c', 'c 2', 'a'])
  })

  it('shows what is wrong where it is, and does not apply it', async () => {
    await showServer({ table: { commands: ['a', 'b'].map(reply) } }, 'Commands')
    await textbox('Name').fill('b')
    await textbox('Delay').fill('soon')
    await expect.element(page.getByText('Another command has this name.')).toBeVisible()
    await expect.element(page.getByText('Enter a time from 0 to 3600000 ms.')).toBeVisible()
    await window.view('Faults').click()
    await button('Apply').click()
    await expect.element(page.getByText('Something is not right yet. It is marked.')).toBeVisible()
    await expect.element(page.getByText('Another command has this name.')).toBeVisible()
    expect(window.engine.servers.defined).toEqual([])
  })

  it('shows what the engine finds wrong at its place', async () => {
    const error = describeError('template-malformed', { line: 1, column: 9, reason: 'A brace is missing.' })
    window.engine.servers.problems = ({ table }) =>
      table.commands.some(({ action }) => action.kind === 'reply' && action.template.includes('{{x'))
        ? [{ place: 'table.a.b.template', error }]
        : []
    await showServer({ table: { commands: ['a', 'a.b'].map(reply) } }, 'Commands')
    await options('Commands').nth(1).click()
    await textbox('Reply').fill('{"sum": {{x}')
    await expect.element(page.getByText(error.message)).toBeVisible()
    await expect.element(window.view('Commands.*has problems')).toBeVisible()
    await button('Apply').click()
    await expect
      .element(page.getByText('Applied to “Table”, but one thing in it does not work. It is marked.'))
      .toBeVisible()
    await options('Commands').nth(0).click()
    await expect.element(page.getByText(error.message)).not.toBeInTheDocument()
  })

  it('is exported and imported as JSON', async () => {
    await showServer({ table: { commands: [reply('kept')] } }, 'Commands')
    chooseFile('table.json', JSON.stringify({ commands: [reply('taken')] }))
    await page.getByRole('region', { name: 'Commands' }).getByRole('button', { name: 'More' }).click()
    await menuItem('Import table…').click()
    await expect.element(page.getByText(/Took 1 command from table\.json\./)).toBeVisible()
    await window.apply()
    expect(names()).toEqual(['taken'])
    chooseFile('bad.json', '{"commands": [{"name": ""}]}')
    await page.getByRole('region', { name: 'Commands' }).getByRole('button', { name: 'More' }).click()
    await menuItem('Import table…').click()
    await expect.element(page.getByText(/bad\.json is no table of commands\. At commands\.0\.name/)).toBeVisible()
  })

  it('is not lost: closing asks, and what was changed elsewhere is chosen between', async () => {
    const serverId = await showServer({ table: { commands: [reply('mine')] } }, 'Commands')
    await textbox('Name').fill('edited')
    await page.getByRole('tab', { name: /Listening\s*Table/ }).click()
    await userEvent.keyboard('{Delete}')
    await expect.element(page.getByRole('dialog', { name: 'Close Table?' })).toBeVisible()
    await button('Keep editing').click()
    const { definition } = window.engine.servers.find(serverId)
    const table = { ...definition.table, commands: [] }
    window.engine.servers.change(serverId, { definition: { ...definition, table } })
    await expect.element(page.getByText('This server was changed elsewhere meanwhile.')).toBeVisible()
    await button('Keep mine').click()
    await window.apply()
    expect(names()).toEqual(['edited'])
    await textbox('Name').fill('again')
    await button('Revert').click()
    await expect.element(textbox('Name')).toHaveValue('edited')
  })
})

describe('the rules', () => {
  const rule = (ruleId: string, text: string) => ({ ruleId, match: { kind: 'text' as const, text }, actions: [] })

  it('answer in place of the server: kinds of match, actions in order, times, passing on', async () => {
    await showServer({ kind: 'echo' }, 'Rules')
    await button('Add rule').click()
    await textbox('Name').fill('Set')
    await combobox('When a message').selectOptions('matches a regular expression')
    await textbox('Regular expression').fill(String.raw`^set (\w+)`)
    await checkbox('Upper and lower case are the same').click()
    await textbox('Times per client').fill('3')
    await page.getByRole('group', { name: 'Reply of action 1' }).getByRole('textbox').fill('was {{$captured 1}}')
    await button('Add action').click()
    await menuItem('Wait').click()
    await button('Add action').click()
    await menuItem('Reset the connection').click()
    await button('Move action 2 up').click()
    await checkbox('The server answers too, as it would without the rule').click()
    await combobox('Messages are told apart by').selectOptions('Lines, LF')
    await window.apply()
    expect(window.applied?.rules).toEqual({
      framing: { kind: 'lf', maximumFrameBytes: 1024 * 1024 },
      rules: [
        {
          ruleId: expect.stringMatching(/^rule-[0-9a-f]{16}$/) as string,
          name: 'Set',
          isOn: true,
          match: { kind: 'regular-expression', expression: String.raw`^set (\w+)`, ignoresCase: true },
          actions: [
            { kind: 'delay', delayMs: 100 },
            {
              kind: 'reply',
              message: {
                content: { mode: 'text', text: 'was {{$captured 1}}', encoding: 'utf-8', lineEnding: 'none' },
                computed: [],
                framed: true,
              },
            },
            { kind: 'reset' },
          ],
          timesPerClient: 3,
          passesOn: true,
        },
      ],
    })
  })

  it('match texts, bytes, JSON paths and fields of structures', async () => {
    await showServer({ kind: 'echo', rules: { rules: [rule('r1', 'hello')] } }, 'Rules')
    await combobox('When a message').selectOptions('has bytes')
    await textbox('Bytes').fill('01 ?? 4?')
    await combobox('Where').selectOptions('At its start')
    await window.apply()
    expect(window.applied?.rules.rules[0]?.match).toEqual({ kind: 'hex', pattern: '01 ?? 4?', where: 'at-start' })
    await combobox('When a message').selectOptions('has something at a JSON path')
    await textbox('JSON path').fill('$.cmd')
    await checkbox('Only when it is exactly').click()
    await textbox('JSON value').fill('"add"')
    await window.apply()
    expect(window.applied?.rules.rules[0]?.match).toEqual({ kind: 'json', path: '$.cmd', equalsText: '"add"' })
    await combobox('When a message').selectOptions('has something in a field of a structure')
    await textbox('Field').fill('header.id')
    await expect.element(page.getByText('Choose a structure.')).toBeVisible()
    await combobox('When a message').selectOptions('is any')
    await window.apply()
    expect(window.applied?.rules.rules[0]?.match).toEqual({ kind: 'any' })
  })

  it('are put in order, switched off by key, and counted live', async () => {
    const serverId = await showServer(
      { kind: 'echo', rules: { rules: [rule('r1', 'one'), rule('r2', 'two')] } },
      'Rules',
    )
    window.engine.servers.change(serverId, { ruleCounts: { r2: 12 } })
    await expect.element(options('Rules in order').nth(1)).toHaveTextContent(/has “two”.*12 times since the start/)
    await options('Rules in order').nth(1).click()
    page.getByRole('listbox', { name: 'Rules in order' }).element().focus()
    await userEvent.keyboard(' {Alt>}{ArrowUp}{/Alt}')
    await window.apply()
    expect(window.applied?.rules.rules.map(({ ruleId, isOn }) => [ruleId, isOn])).toEqual([
      ['r2', false],
      ['r1', true],
    ])
  })

  it('are dragged to another place', async () => {
    await showServer({ kind: 'echo', rules: { rules: ['a', 'b', 'c'].map((id) => rule(id, id)) } }, 'Rules')
    await options('Rules in order').nth(0).dropTo(options('Rules in order').nth(2))
    await window.apply()
    expect(window.applied?.rules.rules.map(({ ruleId }) => ruleId)).not.toEqual(['a', 'b', 'c'])
  })

  it('can be thousands: only those in sight are drawn', async () => {
    const rules = Array.from({ length: 5000 }, (_, index) => rule(`r${index}`, `text ${index}`))
    await showServer({ kind: 'echo', rules: { rules } }, 'Rules')
    await options('Rules in order').nth(0).click()
    expect(options('Rules in order').elements().length).toBeLessThan(60)
    await userEvent.keyboard('{End}')
    await expect.element(textbox('Text')).toHaveValue('text 4999')
  })
})

describe('the faults', () => {
  it('are switched on with their fields, told in a sentence and as a text', async () => {
    await showServer({ kind: 'echo' }, 'Faults')
    await expect.element(page.getByText('Everything as the server sends it.')).toBeVisible()
    await checkbox('Leave out messages').click()
    await textbox('Probability, 0 to 1').fill('0.25')
    await checkbox('Delay').click()
    await textbox('Late by').fill('20')
    await textbox('And up to').fill('30')
    await textbox('Seed').fill('7')
    await expect.element(page.getByText('About 1 in 4 messages never arrive.')).toBeVisible()
    await expect.element(page.getByText('Every message is 20 to 50 ms late, in order.')).toBeVisible()
    await expect.element(page.getByText('--fault "drop:0.25 delay:20,jitter=30 seed:7"')).toBeVisible()
    await window.apply()
    expect(window.applied?.faults).toEqual({
      seed: 7,
      faults: [
        { kind: 'drop', probability: 0.25 },
        { kind: 'delay', delayMs: 20, jitterMs: 30 },
      ],
    })
  })

  it('are taken from a text, and what is none is refused', async () => {
    await showServer({ kind: 'echo' }, 'Faults')
    await textbox('Faults as text').fill('--fault "split:2 cut-message:3"')
    await button('Take it').click()
    await expect.element(checkbox('Split into segments')).toBeChecked()
    await expect.element(page.getByText('The connection ends in the middle of the 3rd message.')).toBeVisible()
    await textbox('Faults as text').fill('explode')
    await button('Take it').click()
    await expect.element(page.getByText('fault-malformed')).toBeVisible()
  })

  it('keep what is wrong, with a seed that can be drawn anew', async () => {
    const serverId = await showServer({ kind: 'echo' }, 'Faults')
    await checkbox('Flip bits').click()
    await textbox('Probability, 0 to 1').fill('2')
    await expect.element(page.getByText('Enter a number from 0 to 1, such as 0.05.')).toBeVisible()
    await textbox('Probability, 0 to 1').fill('0.5')
    await button('New seed').click()
    window.engine.servers.change(serverId, { faultCounts: { 'flip-bits': 33 } })
    await expect.element(page.getByText('33 so far')).toBeVisible()
    await window.apply()
    expect(window.applied?.faults.faults).toEqual([{ kind: 'flip-bits', probability: 0.5 }])
  })
})

describe('traffic', () => {
  it('says why there is none', async () => {
    window.engine.servers.add({ kind: 'echo', name: 'Quiet', isRecorded: false }, 'listening')
    await window.show()
    await window.open('Quiet', 'Traffic')
    await expect.element(page.getByRole('heading', { name: 'Not recorded' })).toBeVisible()
  })
})
